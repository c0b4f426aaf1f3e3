import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.app.core_gov.comms.segments import (
    GSM_7,
    GSM_7_EXTENSION,
    MAX_CHARACTERS,
    Encoding,
    length_fault,
    text_size,
)
from backend.tests.promises import promise

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
HOUSE = "\U0001f3e0"


@promise("Messages", "The segments of a text message are counted as the published calculators count them.")
@pytest.mark.parametrize(
    ("text", "encoding", "units", "segments"),
    [
        ("", "GSM-7", 0, 0),
        ("a" * 160, "GSM-7", 160, 1),
        ("a" * 161, "GSM-7", 161, 2),
        ("a" * 306, "GSM-7", 306, 2),
        ("a" * 307, "GSM-7", 307, 3),
        ("a" * 1600, "GSM-7", 1600, 11),
        ("ж" * 70, "UCS-2", 70, 1),
        ("ж" * 71, "UCS-2", 71, 2),
        ("ж" * 134, "UCS-2", 134, 2),
        ("ж" * 135, "UCS-2", 135, 3),
        ("€" * 80, "GSM-7", 160, 1),
        ("€" * 81, "GSM-7", 162, 2),
        (HOUSE * 35, "UCS-2", 70, 1),
        (HOUSE * 36, "UCS-2", 72, 2),
    ],
)
def test_published_sizes(text: str, encoding: Encoding, units: int, segments: int) -> None:
    size = text_size(text)
    assert (size.encoding, size.units, size.segments) == (encoding, units, segments)
    assert not size.estimate


@pytest.mark.parametrize(
    ("text", "units", "segments"),
    [
        ("a" * 152 + "{" + "a" * 152, 306, 3),  # the brace does not fit in the last septet of the first segment
        ("a" * 151 + "{" + "a" * 153, 306, 2),
        ("ж" * 66 + HOUSE + "ж" * 66, 134, 3),
        ("ж" * 65 + HOUSE + "ж" * 67, 134, 2),
    ],
)
def test_a_character_is_never_split(text: str, units: int, segments: int) -> None:
    assert (text_size(text).units, text_size(text).segments) == (units, segments)


@pytest.mark.parametrize("char", list("^{}\\[]~|€\f"))
def test_extension_table_takes_two_septets(char: str) -> None:
    size = text_size(f"a{char}")
    assert (size.encoding, size.characters, size.units) == ("GSM-7", 2, 3)


def test_alphabet_has_the_size_of_the_standard() -> None:
    assert len(GSM_7) == 127  # 128 codes, one of which is the escape to the extension table
    assert len(GSM_7_EXTENSION) == 10
    assert not GSM_7 & GSM_7_EXTENSION


@promise("Messages", "Characters of French that GSM-7 lacks are named.")
@pytest.mark.parametrize("char", list("êçîôûœ’«»ÀÈâëïÊÔŒ"))
def test_french_outside_of_gsm_7(char: str) -> None:
    size = text_size(f"C{char}a")
    assert (size.encoding, size.outside_gsm_7) == ("UCS-2", char)


@pytest.mark.parametrize("char", list("éèùàÉÇ"))
def test_french_inside_of_gsm_7(char: str) -> None:
    assert text_size(char).encoding == "GSM-7"


def test_french_sentences() -> None:
    assert text_size("Bonjour, votre maison est-elle encore à vendre? Merci, à bientôt").outside_gsm_7 == "ô"
    assert text_size("L’offre « tient » jusqu’à lundi.").outside_gsm_7 == "’«»"


@promise("Messages", "The number of segments is an estimate if a text has joined emoji.")
@pytest.mark.parametrize("text", [FAMILY, "\U0001f44d\U0001f3fd", "\U0001f1e8\U0001f1e6", "1\ufe0f\u20e3", "❤\ufe0f"])
def test_joined_emoji_are_an_estimate(text: str) -> None:
    assert text_size(text).estimate
    assert text_size(text).units == len(text.encode("utf-16-le")) // 2


def test_longest_text() -> None:
    assert length_fault("é" * MAX_CHARACTERS) is None
    assert length_fault("é" * (MAX_CHARACTERS + 1)) == (
        "body has 1,601 characters, and a text message at most 1,600: shorten or divide it"
    )


@given(st.text(st.one_of(st.sampled_from([*"ab{€é", HOUSE, "ж"]), st.characters(codec="utf-8")), max_size=400))
def test_segments_hold_all_units(text: str) -> None:
    size = text_size(text)
    single, several = (160, 153) if size.encoding == "GSM-7" else (70, 67)
    if size.units <= single:
        assert size.segments == (1 if text else 0)
    else:
        assert several * size.segments >= size.units
        assert (several - 1) * (size.segments - 1) < size.units  # at most one unit of a segment stays free
    assert (size.encoding == "UCS-2") == bool(size.outside_gsm_7)
