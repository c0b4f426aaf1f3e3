import json
from urllib.parse import quote, quote_plus, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from backend.app.kit.errors import BadInput
from backend.app.kit.fields import faults_of
from backend.app.kit.http.query import check_path, parse_query
from backend.app.kit.query import ListQuery, Number, QueryFields
from backend.tests.promises import promise

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))


class TestParse:
    @given(st.dictionaries(TEXT, TEXT, max_size=5))
    def test_query_written_by_other_libraries_is_read(self, fields: dict[str, str]) -> None:
        assert parse_query(urlencode(fields).encode()) == fields
        assert parse_query(urlencode(fields, quote_via=quote).encode()) == fields

    @given(st.binary(max_size=60))
    def test_any_query_is_read_or_refused(self, raw: bytes) -> None:
        try:
            found = parse_query(raw)
        except BadInput as error:
            assert error.detail  # noqa: PT017 - either way is right
        else:
            assert parse_query(urlencode(found).encode()) == found

    @pytest.mark.parametrize(
        ("raw", "found"),
        [
            (b"", {}),
            (b"&&", {}),
            (b"a", {"a": ""}),
            (b"a=", {"a": ""}),
            (b"a=b=c", {"a": "b=c"}),
            (b"a=b+c%20d%2B", {"a": "b c d+"}),
            (b"a=%zz&b=100%", {"a": "%zz", "b": "100%"}),
            (b"a=%C3%A9", {"a": "é"}),
            (b"=x", {"": "x"}),
            (b"a=1;b=2", {"a": "1;b=2"}),
        ],
    )
    def test_percent_and_plus_are_decoded(self, raw: bytes, found: dict[str, str]) -> None:
        assert parse_query(raw) == found

    @pytest.mark.parametrize("raw", [b"a=1&a=1", b"a=1&%61=2", b"a&a", b"a=1&b=2&a=3"])
    def test_repeated_parameter_is_refused_by_name(self, raw: bytes) -> None:
        with pytest.raises(BadInput, match=r"^a is given twice in the query$") as refused:
            parse_query(raw)
        assert refused.value.faults[0].field == "a"

    @pytest.mark.parametrize("raw", [b"a=%FF", b"%FF=a", b"a=\xff", b"a=%C0%80", b"a=%ED%A0%80"])
    def test_invalid_utf_8_is_refused(self, raw: bytes) -> None:
        with pytest.raises(BadInput, match=r"^the query is not UTF-8 text$"):
            parse_query(raw)

    @pytest.mark.parametrize("raw", [b"a=%00", b"%00=a", b"a=\x00"])
    def test_nul_is_refused(self, raw: bytes) -> None:
        with pytest.raises(BadInput, match=r"^the query contains a NUL character"):
            parse_query(raw)


class TestPath:
    @given(TEXT)
    def test_path_of_valid_text_is_accepted(self, text: str) -> None:
        check_path(quote(text).encode())
        check_path(quote_plus(text).encode())

    @pytest.mark.parametrize("raw", [b"/%FF", b"/%ED%A0%80", b"/%C0%AF", b"/%00", b"/a%00b", b"/\xff"])
    def test_path_with_nul_or_invalid_utf_8_is_refused(self, raw: bytes) -> None:
        with pytest.raises(BadInput, match=r"^the path "):
            check_path(raw)


class NumberQuery(QueryFields):
    number: Number


class TestNumber:
    @promise("Strict input", "A number in a query is written as in JSON: `1e-5`, `0.1` and `1.10` are accepted.")
    @given(st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(10**15), 10**15))
    def test_number_written_by_other_programs_is_read(self, number: float) -> None:
        for text in (repr(number), json.dumps(number), repr(number).upper()):
            read = NumberQuery.model_validate(parse_query(urlencode({"number": text}).encode())).number
            assert (read, type(read)) == (number, float)

    @pytest.mark.parametrize(
        ("text", "number"),
        [("1e-5", 0.00001), ("1e 5", 1e5), ("1E5", 1e5), ("-1.50e+2", -150), ("5e-324", 5e-324), ("007.10", 7.1),
         ("0.30000000000000004", 0.1 + 0.2), ("1" + "0" * 40, 1e40), ("0." + "0" * 30 + "1", 1e-31)],
    )  # fmt: skip
    def test_decimal_and_exponent_are_read(self, text: str, number: float) -> None:
        assert NumberQuery.model_validate({"number": text}).number == number

    @pytest.mark.parametrize(
        "text",
        ["", " 1", "1 ", "+1", ".5", "5.", "1e", "e5", "1e5.0", "1_0", "1,5", "0x1", "nan", "inf", "-", "\u0663"],
    )
    def test_other_spellings_are_refused(self, text: str) -> None:
        with pytest.raises(ValidationError, match=r"must be a number such as 12\.5"):
            NumberQuery.model_validate({"number": text})

    @pytest.mark.parametrize("text", ["1e400", "-1e999", "1e-9999", "0.1234567890123456789012345", "9" * 30])
    def test_number_that_a_float_would_change_is_refused(self, text: str) -> None:
        with pytest.raises(ValidationError, match=r"too large for a number|cannot be represented exactly"):
            NumberQuery.model_validate({"number": text})


class TestListQuery:
    def test_default_limit_and_cursor(self) -> None:
        query = ListQuery.model_validate({})
        assert (query.limit, query.cursor, query.filters) == (100, None, {})

    @pytest.mark.parametrize(("text", "limit"), [("1", 1), ("500", 500), ("007", 7)])
    def test_limit_is_read_from_text(self, text: str, limit: int) -> None:
        assert ListQuery.model_validate({"limit": text}).limit == limit

    @pytest.mark.parametrize(
        ("text", "sentence"),
        [
            ("0", "limit must be greater than or equal to 1"),
            ("-1", "limit must be greater than or equal to 1"),
            ("501", "limit must be less than or equal to 500"),
            ("1.0", "limit must be a valid integer"),
            (" 1", "limit must be a valid integer"),
            ("1_0", "limit must be a valid integer"),
            ("+1", "limit must be a valid integer"),
            ("", "limit must be a valid integer"),
            ("\u0663", "limit must be a valid integer"),
            ("9" * 5000, "limit must be a valid integer"),
        ],
    )
    def test_invalid_limit_is_one_sentence(self, text: str, sentence: str) -> None:
        with pytest.raises(ValidationError) as refused:
            ListQuery.model_validate({"limit": text})
        assert [fault.message for fault in faults_of(refused.value)] == [sentence]

    def test_filters_are_the_other_given_parameters(self) -> None:
        class Query(ListQuery):
            status: str | None = None
            role: str | None = None

        query = Query.model_validate({"limit": "5", "cursor": "x", "status": "active"})
        assert query.filters == {"status": "active"}
