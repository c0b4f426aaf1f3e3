"""Normalization of external text takes linear time, whatever the text."""

import re
import unicodedata

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from backend.app.core_gov.geography.address_key import address_key_of
from backend.app.core_gov.market.importing import converters, counts
from backend.app.core_gov.market.importing.area_units import stated_area
from backend.app.core_gov.market.parcels import parcel_key
from backend.app.core_gov.market.property_types import canonical_type
from backend.app.core_gov.market.screening.terms import flags_of_terms
from backend.app.kit.data_files import cells
from backend.app.kit.text import (
    SINGLE_LINE,
    counted,
    folded,
    list_names,
    match_key,
    plain_separators,
    shorten,
    single_line,
    without_format,
    word_key,
)

LONG = 131_072
"""As long as a cell of a CSV file can be; what takes the square of it takes minutes, and the cube of it years."""

HOSTILE = [
    *("a" + " " * LONG + "b", "." * LONG, "a." * LONG + "ab", "CAD" * LONG, "$" * LONG, "C A" * LONG),
    *("1," * LONG, "1,111" * LONG + "x", "9" * LONG, "2015-01-01T" + "x" * LONG, "no no " * LONG, "aA" * LONG),
    *("\u00bc" * LONG, "\u0301" * LONG, "one fam" * LONG, "-" * LONG, "# " * LONG, "unit " * LONG, "nor " * LONG),
]


@pytest.mark.parametrize("at", range(len(HOSTILE)))
def test_long_texts_take_linear_time(at: int) -> None:
    text = HOSTILE[at]
    folded(text)
    word_key(text)
    flags_of_terms(text)
    address_key_of(text, text, "ON", None, "CA")
    parcel_key(text)
    canonical_type(text)
    for convert in (
        *(converters.money, converters.measure, converters.year, converters.word, converters.identifier),
        *(cells.number, counts.bedrooms, counts.bathrooms, stated_area),
    ):
        try:
            convert(text)
        except ValueError as error:
            assert len(str(error)) < 200  # noqa: PT017 - most are refused, some are read


@given(st.text(alphabet="ab.1 ", max_size=12))
@example("a.b.cd")
@example("n.w.")
def test_initials_lose_their_dots(text: str) -> None:
    slow = re.compile(r"(?<!\w)\w(?:\.\w)+(?!\w)")  # says it as people would, and takes the square of the length
    assert folded(text) == slow.sub(lambda found: found[0].replace(".", ""), text)


@given(st.text(alphabet="CADUSdus$ 15.\n", max_size=10))
@example("CAD")
@example("CADUSD")
@example("C 5 usd")
@example("$CAD 5")
@example("5 US$")
def test_currency_sign_is_removed(text: str) -> None:
    assume(not re.search(r"\.(?!\d)", text))  # the dot of an abbreviation such as C.
    word = r"(?:CAD|USD|CA|US|C)?"
    around = rf"\s*(?:\$?\s*{word}|{word}\s*\$?)\s*"
    slow = re.fullmatch(rf"{around}([\d.](?:.*\d)?){around}", text, re.IGNORECASE | re.DOTALL)
    plain = slow[1] if slow else text
    assume(not cells.is_ambiguous(plain))  # refused as money, and read as a number
    assert said(converters.money, text) == said(converters.number, plain)


def said(convert: converters.Converter, text: str) -> object:
    try:
        return convert(text)
    except ValueError:
        return "no number"


@pytest.mark.parametrize("text", ["9" * 401, "1" + "0" * 399, "-" + "9" * 399, "9" * 310 + "e99"])
def test_overflowing_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not a (finite )?number"):
        cells.number(text)


@pytest.mark.parametrize(("text", "number"), [("123456789012345678", 123456789012345678), ("1" + "0" * 30, 1e30)])
def test_integers_within_64_bits_stay_integers(text: str, number: float) -> None:
    assert (cells.number(text), type(cells.number(text))) == (number, type(number))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Elm\n  Street ", "Elm Street"),
        ("x" * 60, "x" * 60),
        ("x" * 61, "x" * 60 + "…"),
        ("a\x1b[2J\0\ud800\u202eé", r"a\x1b[2J\x00\ud800\u202eé"),
        (" \n", "(empty)"),
    ],
)
def test_shortened_text_is_one_printable_line(text: str, shown: str) -> None:
    assert shorten(text) == shown


def test_long_list_of_names_ends_with_the_number_left_out() -> None:
    assert list_names(["a", "b"]) == "a, b"
    assert list_names(["a"] * 1050).endswith("a and 1,010 more")
    assert list_names(["a", "b", "c"], 2) == "a, b and 1 more"
    assert len(list_names(["x" * 1_000_000])) < 100


@pytest.mark.parametrize(
    "same", [" JV", "jv\n", "\uff2a\uff36", "J\u200bV", "\u00a0Jv\u2009", "JV\u00ad", "JV\ufe0f\u3164"]
)
def test_match_key_ignores_case_width_and_white_space(same: str) -> None:
    assert match_key(same) == match_key("JV")


@pytest.mark.parametrize("other", ["J V", "JV2", "J\u0301V", "J.V.", ""])
def test_match_key_tells_other_words_apart(other: str) -> None:
    assert match_key(other) != match_key("JV")


@given(st.text())
def test_match_key_is_idempotent(text: str) -> None:
    assert match_key(match_key(text)) == match_key(text)


ODD = st.text(
    "ab \u00e9\n\t\x00\x07\x85\u00a0\u00ad\u200b\u200c\u200d\u200e\u2028\u202e\u2066\u3000\u3164\ufe0f\ufeff\u2800",
    max_size=8,
)


def accepted(typed: str) -> str | None:
    try:
        return single_line(typed)
    except ValueError:
        return None


@given(ODD | st.text(max_size=8).filter(lambda text: not re.search("[\U0001bca0-\U000e0fff]", text)))
@example("a\u200d\u200cb")
@example(" \u202aa\u202c")
def test_single_line_is_trimmed_visible_and_without_controls(typed: str) -> None:
    line = accepted(typed)
    assert (line is not None) == (re.search(SINGLE_LINE, typed) is not None)
    if line is not None:
        assert line in typed
        assert line == line.strip() == accepted(line)
        assert not [char for char in line if unicodedata.category(char) in {"Cc", "Zl", "Zp"}]
        assert not set(line) & set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
        assert len(line.splitlines()) == 1


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "must not be blank"),
        ("\u200b \u2800\u3164", "must not be blank"),
        ("a\r\nb", "must be one line: it contains a line break (U+000D)"),
        ("a\u2029b", "must be one line: it contains a line break (U+2029)"),
        ("a\tb", "must not contain control characters such as U+0009"),
        ("a\u202eb", "must not contain U+202E, which is invisible and changes the direction of text"),
    ],
)
def test_refused_line_is_explained(typed: str, sentence: str) -> None:
    with pytest.raises(ValueError, match="^" + re.escape(sentence) + "$"):
        single_line(typed)


def test_format_characters_are_dropped_and_separators_are_plain() -> None:
    assert without_format("\u202aM5V\u200b\u00ad2T6\u202c") == "M5V2T6"
    assert plain_separators("a\u00a0b\u202fc\u2011d\u2013e\u2212f\uff0dg\u00e9") == "a b c-d-e-f-g\u00e9"


@pytest.mark.parametrize(
    ("count", "noun", "rest", "sentence"),
    [
        (2, "rows", "have no value", "2 rows have no value"),
        (1, "rows", "have no value", "1 row has no value"),
        (0, "sales", "", "0 sales"),
        (1, "rejected rows", "are in", "1 rejected row is in"),
        (1234, "sales", "have one coordinate and are kept", "1,234 sales have one coordinate and are kept"),
        (1, "sales", "have one coordinate and are kept", "1 sale has one coordinate and is kept"),
    ],
)
def test_count_of_things_agrees_with_its_noun_and_verb(count: int, noun: str, rest: str, sentence: str) -> None:
    assert counted(count, noun, rest) == sentence
