import json
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from backend.app.kit.errors import BadInput
from backend.app.kit.strict_json import MAX_DEPTH, Json, check_text, parse
from backend.tests.promises import promise

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))
SCALARS = (
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False)
)
VALUES: st.SearchStrategy[Json] = st.recursive(
    SCALARS | TEXT, lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner), max_leaves=20
)


def nested(levels: int, opening: str = "[", closing: str = "]") -> bytes:
    return (opening * levels + "1" + closing * levels).encode()


def reason(raw: bytes) -> str:
    """Return the message of the BadInput."""
    with pytest.raises(BadInput) as refused:
        parse(raw)
    return refused.value.detail


class TestValid:
    @given(VALUES, st.booleans(), st.sampled_from([None, 2]))
    def test_valid_json_parses_like_the_standard_library(
        self, value: Json, ascii_only: bool, indent: int | None
    ) -> None:
        raw = json.dumps(value, ensure_ascii=ascii_only, indent=indent).encode()
        found = parse(raw)
        assert repr(found) == repr(value) == repr(json.loads(raw))

    @pytest.mark.parametrize("number", [2**63 - 1, -(2**63), 0, 10**18])
    def test_integers_of_64_bits_are_accepted(self, number: int) -> None:
        assert parse(str(number).encode()) == number

    @pytest.mark.parametrize("number", [b"1e308", b"-1.7976931348623157e308", b"5e-324", b"0.1"])
    def test_finite_numbers_are_accepted(self, number: bytes) -> None:
        assert parse(number) == float(number)

    @pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}")])
    def test_deepest_nesting_is_accepted(self, opening: str, closing: str) -> None:
        parse(nested(MAX_DEPTH, opening, closing))

    def test_brackets_in_text_are_not_nesting(self) -> None:
        assert parse(json.dumps("[{" * 100).encode()) == "[{" * 100

    def test_siblings_are_not_nesting(self) -> None:
        assert parse(b"[" + b"[]," * 100 + b"[]]") == [[]] * 101

    def test_surrogate_pair_is_one_character(self) -> None:
        assert parse(rb'"\ud83d\ude00"') == "\U0001f600"

    def test_same_key_in_two_objects_is_accepted(self) -> None:
        assert parse(b'[{"a":1},{"a":2}]') == [{"a": 1}, {"a": 2}]


class TestNumbersWithAFraction:
    """Numbers are accepted if a 64-bit float keeps their decimal value, in time linear in their length."""

    @pytest.mark.parametrize(
        "digits",
        ["1.0", "1e5", "0.1", "1.10", "-0.0", "0e999999999", "0.0e-99999999999999999999", "1E+2", "100e-2", "1e22",
         "0.30000000000000004", "12345678901234567e-5", "1" + "0" * 300 + ".0", "5e-324", "0.1" + "0" * 5000],
    )  # fmt: skip
    def test_number_with_an_exact_float_is_accepted(self, digits: str) -> None:
        assert parse(digits.encode()) == float(digits)

    @promise("Strict input", "Numbers that a 64-bit float would change are refused by field.")
    @pytest.mark.parametrize(
        "digits",
        ["1e-9999", "1e-999999999", "-1e-" + "9" * 50_000, "0.1" + "0" * 5000 + "1", "3.14159265358979323846",
         "9007199254740993.0", "1e-324", "1.00000000000000000001e5", "2.4703282292062328e-324"],
    )  # fmt: skip
    @pytest.mark.parametrize(
        ("around", "field"),
        [('{"meta": {"a": [1.5, {"b": %s}]}}', "meta.a.1.b"), ('{"x": 1.5, "é": %s}', "é"), ("[[0.5], %s]", "1")],
    )
    def test_number_that_a_float_changes_is_refused_by_name(self, digits: str, around: str, field: str) -> None:
        with pytest.raises(BadInput) as refused:
            parse((around % digits).encode())
        assert [fault.field for fault in refused.value.faults] == [field]
        assert refused.value.detail.startswith(f"{field} contains the number {digits[:24]}")
        assert len(refused.value.detail) < 150

    @given(
        st.from_regex(r"-?(0|[1-9][0-9]{0,20})(\.[0-9]{1,25})?([eE][+-]?[0-9]{1,3})?", fullmatch=True)
        | st.floats(allow_nan=False, allow_infinity=False).map(repr)
        | st.floats(1e-300, 1e300).map(lambda value: format(Decimal(value), ".17e"))
    )
    def test_accepted_numbers_print_with_the_same_decimal_value(self, digits: str) -> None:
        exact = Decimal(digits)
        try:
            found = parse(digits.encode())
        except BadInput:
            assert abs(exact) >= 2**63 or Decimal(repr(float(digits))) != exact
        else:
            assert Decimal(repr(found)) == exact

    def test_first_changed_number_is_named_and_depth_is_checked(self) -> None:
        assert reason(b'{"a": 1e-9999, "b": 1e-9999}').startswith("a contains ")
        assert reason(nested(MAX_DEPTH + 1).replace(b"1", b"1e-9999")) == "the body is nested deeper than 32 levels"
        assert reason(rb'{"\ud800": 1e-9999}').startswith("a key in the body contains half of a surrogate pair")
        assert reason(b'{"a": 1e-9999, "b": 1').startswith("the body is not valid JSON: ")
        assert reason(b'{"a": 1e-9999, "b": ' + b"[" * 100_000) == "the body is nested deeper than 32 levels"
        assert reason(b'{"a": 1e-9999, "a": 1}') == 'the key "a" is given twice in one object'


class TestRefused:
    @promise("Strict input", "A body must be UTF-8.")
    @pytest.mark.parametrize("raw", [b'"\xff"', b'"\xc0\x80"', b'"\xed\xa0\x80"', "ä".encode("utf-16"), b"\x80"])
    def test_invalid_utf_8_is_refused(self, raw: bytes) -> None:
        assert reason(raw).startswith("the body is not UTF-8 text (byte ")

    @pytest.mark.parametrize(
        "raw",
        [b"", b" ", b"{", b"[1,]", b"{'a': 1}", b'{"a": 1,}', b"{a: 1}", b"01", b"+1", b".5", b"1.", b"0x10", b"1 2",
         b'"a', b"\xef\xbb\xbf{}", b'{"a" 1}', b"True", b"None", b'"\t"', b'"\n"', b"// no\n1", b"\x0c1", b"\xc2\xa01",
         b'"\x00"', "\u0661".encode(), rb'"\x41"', rb'"\u12"'],
    )  # fmt: skip
    def test_invalid_json_is_refused(self, raw: bytes) -> None:
        assert reason(raw).startswith("the body is not valid JSON: ")

    @promise("Strict input", "Duplicate keys are refused.")
    @pytest.mark.parametrize("raw", [b'{"a":1,"a":1}', b'[{"b":{"a":1,"c":2,"a":3}}]', rb'{"a":1,"\u0061":2}'])
    def test_duplicate_key_is_refused(self, raw: bytes) -> None:
        assert reason(raw) == 'the key "a" is given twice in one object'

    @promise("Strict input", "NaN and infinity are refused, including 1e999.")
    @pytest.mark.parametrize("name", ["NaN", "Infinity", "-Infinity"])
    @pytest.mark.parametrize("around", ["%s", "[%s]", '{"a":%s}'])
    def test_nan_and_infinity_are_refused(self, name: str, around: str) -> None:
        assert reason((around % name).encode()) == f"{name} is not a JSON number"

    @promise("Strict input", "NaN and infinity are refused, including 1e999.")
    @pytest.mark.parametrize("digits", [b"1e999", b"-1e999", b"1E+400", b"[1.0e309]", b"1" * 400 + b".0"])
    def test_overflowing_numbers_are_refused(self, digits: bytes) -> None:
        assert reason(digits).endswith(" is too large")

    @promise("Strict input", "Integers must fit in 64 bits.")
    @pytest.mark.parametrize(
        "digits",
        [b"9223372036854775808", b"-9223372036854775809", b"1" + b"0" * 20, b"-1" + b"0" * 5000],
        ids=["one too many", "one too few", "21 digits", "5,001 digits"],
    )
    def test_integers_beyond_64_bits_are_refused(self, digits: bytes) -> None:
        assert reason(digits).endswith(" does not fit in 64 bits")

    @promise("Strict input", "JSON may nest at most 32 levels deep.")
    @pytest.mark.parametrize(
        "raw",
        [
            nested(MAX_DEPTH + 1),
            nested(MAX_DEPTH + 1, '{"a":', "}"),
            nested(17, '[{"a":', "}]"),
            nested(100_000),
            nested(50_000, '{"a":', "}"),
        ],
        ids=["33 lists", "33 objects", "34 of both", "100,000 lists", "50,000 objects"],
    )
    def test_nesting_deeper_than_32_is_refused(self, raw: bytes) -> None:
        assert reason(raw) == "the body is nested deeper than 32 levels"

    @pytest.mark.parametrize("raw", [b"[" * 999_999, b'{"a":' * 199_999], ids=["lists", "objects"])
    def test_unlimited_nesting_is_refused(self, raw: bytes) -> None:
        assert "the body is" in reason(raw)

    @promise("Strict input", "NUL and lone surrogates are refused in strings and keys.")
    @pytest.mark.parametrize("raw", [rb'"\u0000"', rb'["a\u0000b"]', rb'{"a":{"b":"\u0000"}}'])
    def test_nul_in_text_is_refused(self, raw: bytes) -> None:
        assert reason(raw) == "a text in the body contains a NUL character, which cannot be stored"

    @promise("Strict input", "NUL and lone surrogates are refused in strings and keys.")
    @pytest.mark.parametrize("raw", [rb'"\ud800"', rb'["\udfff"]', rb'"\ude00\ud83d"', rb'"\ud83d x"', rb'"\uDBFF"'])
    def test_lone_surrogate_in_text_is_refused(self, raw: bytes) -> None:
        assert reason(raw) == "a text in the body contains half of a surrogate pair, which is not a character"

    @promise("Strict input", "NUL and lone surrogates are refused in strings and keys.")
    @pytest.mark.parametrize("raw", [rb'{"\u0000":1}', rb'[{"a":{"\ud800":1}}]'])
    def test_nul_and_lone_surrogate_in_a_key_are_refused(self, raw: bytes) -> None:
        assert reason(raw).startswith("a key in the body contains ")


class TestAnything:
    @promise("Strict input", "The JSON parser returns a value or a readable error for any bytes.")
    @given(st.binary(max_size=60) | st.text(max_size=60).map(lambda text: text.encode("utf-8", "surrogatepass")))
    @example(b'"\\ud800')
    @example(b"-")
    def test_any_input_is_a_value_or_one_sentence(self, raw: bytes) -> None:
        self.check(raw)

    @given(VALUES, st.data())
    def test_json_with_one_changed_byte_is_a_value_or_one_sentence(self, value: Json, data: st.DataObject) -> None:
        raw = bytearray(json.dumps(value, ensure_ascii=False).encode())
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
        self.check(bytes(raw))

    def check(self, raw: bytes) -> None:
        try:
            found = parse(raw)
        except BadInput:
            return
        assert repr(found) == repr(json.loads(raw))


class TestText:
    @given(TEXT)
    def test_characters_are_accepted(self, text: str) -> None:
        check_text(text, "it")

    @given(TEXT, st.sampled_from("\x00\ud800\udbff\udc00\udfff"), TEXT)
    def test_nul_and_lone_surrogates_are_refused(self, before: str, wrong: str, after: str) -> None:
        with pytest.raises(BadInput, match=r"^it contains "):
            check_text(before + wrong + after, "it")
