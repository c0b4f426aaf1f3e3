"""Numbers as people and programs write them: one rule, as a table and as properties."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.app.kit.data_files.cells import is_ambiguous, number, unwrapped, yes_or_no
from backend.tests.promises import promise

READ: list[tuple[str, float]] = [
    ("1250", 1250),
    ("1,250", 1250),
    ("1.250", 1.25),
    ("0,125", 0.125),
    ("-0,5", -0.5),
    (".5", 0.5),
    (",5", 0.5),
    ("1234,567", 1234.567),
    ("47,5112", 47.5112),
    ("1,250,000.00", 1_250_000),
    ("1.250.000,00", 1_250_000),
    ("1.250.000", 1_250_000),
    ("1,250,000", 1_250_000),
    ("1 250 000", 1_250_000),
    ("2 500,50", 2500.5),
    ("2\u00a0500,50", 2500.5),
    ("2\u202f500.50", 2500.5),
    ("2\u2009500", 2500),
    ("(1,000)", -1000),
    ("(0,5)", -0.5),
    ("1,000-", -1000),
    ("\u2212122.25", -122.25),
    ('="1250"', 1250),
    ("'1250", 1250),
    ("'-1,5", -1.5),
    ("1.2e3", 1200),
    ("1,23457E+11", 123_457_000_000),
]


@promise("Market data", "Numbers are read by one rule; a number that could mean two amounts is refused.")
@pytest.mark.parametrize(("text", "value"), READ)
def test_numbers_in_every_notation_are_read(text: str, value: float) -> None:
    assert number(text) == value


@pytest.mark.parametrize(
    "text",
    ["0 125", "1,2,3", "12,34,567", "1,250.000.000", "1 250,000.5", "((1))", "(-1)", "-1-", "1,", "= 5", "1'250"],
)
def test_texts_that_mix_notations_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a number"):
        number(text)


@pytest.mark.parametrize(
    ("text", "decimal", "value"), [("1,250", ",", 1.25), ("1,250", ".", 1250), ("1.250", ",", 1250), ("0,5", ",", 0.5)]
)
def test_a_stated_decimal_mark_decides(text: str, decimal: str, value: float) -> None:
    assert number(text, decimal) == value


@pytest.mark.parametrize(("text", "decimal"), [("0,5", "."), ("1.5", ","), ("1,5", ".")])
def test_a_number_with_the_other_decimal_mark_is_refused(text: str, decimal: str) -> None:
    with pytest.raises(ValueError, match="with the decimal mark"):
        number(text, decimal)


SEPARATORS = {"en": (",", "."), "fr": ("\u00a0", ","), "narrow": ("\u202f", ","), "space": (" ", "."), "de": (".", ",")}


def written(value: Decimal, thousands: str, decimal: str) -> str:
    whole, _, fraction = f"{abs(value):,f}".partition(".")
    text = whole.replace(",", thousands) + (decimal + fraction if fraction else "")
    return f"-{text}" if value < 0 else text


@given(
    st.decimals(min_value=-(10**11), max_value=10**11, places=2) | st.integers(-(10**11), 10**11).map(Decimal),
    st.sampled_from(sorted(SEPARATORS)),
)
def test_a_number_reads_back_equal_in_every_notation(value: Decimal, notation: str) -> None:
    thousands, decimal = SEPARATORS[notation]
    text = written(value, thousands, decimal)
    assert number(text, decimal) == float(value)
    if not is_ambiguous(text):
        assert number(text) == float(value)


@given(st.integers(1, 999), st.integers(0, 999), st.sampled_from(",."))
def test_only_one_group_of_three_digits_is_ambiguous(whole: int, rest: int, mark: str) -> None:
    assert is_ambiguous(f"{whole}{mark}{rest:03}")
    assert not is_ambiguous(f"0{mark}{rest:03}")
    assert not is_ambiguous(f"{whole}{mark}{rest:03}{mark}{rest:03}")
    assert not is_ambiguous(f"{whole}{mark}{rest:03}0")


@pytest.mark.parametrize(
    ("cell", "text"),
    [('="0012"', "0012"), ("'0012", "0012"), ("0012", "0012"), ("'t Hof", "'t Hof"), ('="', '="'), ("=A1", "=A1")],
)
def test_wrappers_of_spreadsheets_are_removed(cell: str, text: str) -> None:
    assert unwrapped(cell) == text


@pytest.mark.parametrize("text", ["#N/A", "#VALUE!", "#REF!", "(null)", "--", "n.a."])
def test_errors_of_spreadsheets_are_unknown_values(text: str) -> None:
    assert (number(text), yes_or_no(text)) == (None, None)


@pytest.mark.parametrize(("text", "known"), [("Oui", True), ("non", False), ("T", True), ("Y", True), ("0", False)])
def test_yes_and_no_are_read_in_english_and_french(text: str, known: bool) -> None:
    assert yes_or_no(text) is known
