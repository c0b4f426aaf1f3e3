"""Archive lines: serialization of rows, and lines that this version would not write."""

import json
from typing import Any

import pytest

from backend.app.backups.contents import tables
from backend.app.kit.archive.tables import ArchiveTable, lines_of, row_line, rows_of
from backend.app.kit.errors import BadInput

BY_NAME = {table.name: table for table in tables()}
TOKEN: dict[str, Any] = {
    "name": "office",
    "digest": "é\u2028\x01",
    "role": "viewer",
    "created_at": "2026",
    "revoked_at": None,
    "owner": None,
    "scopes": "deals:read",
    "expires_at": None,
    "used_at": None,
    "previous_digest": None,
    "previous_until": None,
    "lifetime_s": 31_536_000,
}
PARTNER = BY_NAME["partners"].model


def tokens() -> ArchiveTable:
    return BY_NAME["access_tokens"]


def test_row_line_round_trip() -> None:
    shape, row = tokens().shape, tuple(TOKEN.values())
    (line,) = lines_of(shape, [row])
    assert rows_of(shape, [line], 0) == (shape.columns, [row])
    assert json.loads(line) == tokens().check(line).found == TOKEN


def test_documents_continue_the_row_numbers() -> None:
    shape = BY_NAME["partners"].shape
    assert rows_of(shape, [b'{"id":"p_1"}', b'{"id":"p_2"}'], 7)[1] == [
        (8, "p_1", '{"id":"p_1"}'),
        (9, "p_2", '{"id":"p_2"}'),
    ]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"[]", "not a JSON object"),
        (b"{", "not valid JSON"),
        (b"", "not valid JSON"),
        (row_line({**TOKEN, "more": 1}), "its columns are not"),
        (row_line(dict(reversed(TOKEN.items()))), "its columns are not"),
        (row_line({**TOKEN, "role": None}), "role must be a text"),
        (row_line({**TOKEN, "role": 1}), "role must be a text"),
        (json.dumps(TOKEN).encode(), "not written as this version"),
        (row_line(TOKEN).replace(b"office", b'office","name":"b'), "given twice"),
        (row_line(TOKEN).replace(b"office", b"\xff"), "not UTF-8"),
    ],
)
def test_invalid_row_is_reported_or_refused(line: bytes, reason: str) -> None:
    with pytest.raises(BadInput, match=reason):
        tokens().check(line)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"name": 7}, "name must be a valid string"),
        ({"king": True}, "king is not a known field"),
        ({"created_at": "yesterday"}, "created_at must be an ISO 8601 time"),
    ],
)
def test_document_that_the_model_refuses_is_reported(change: dict[str, Any], reason: str) -> None:
    assert PARTNER is not None
    whole = PARTNER.full_example()
    assert BY_NAME["partners"].check(json.dumps(whole).encode()) == (whole, None)
    found, fault = BY_NAME["partners"].check(json.dumps({**whole, **change}).encode())
    assert (found, str(fault)[: len(reason)]) == ({**whole, **change}, reason)


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        (b'"id":', b'"key":', "it has no id"),
        (b'"meta":{', b'"m":"\\u0000","meta":{', "a text in the body contains a NUL character"),
        (b'"meta":{', b'"m":NaN,"meta":{', "NaN is not a JSON number"),
    ],
)
def test_document_that_no_database_stores_is_refused(before: bytes, after: bytes, reason: str) -> None:
    assert PARTNER is not None
    line = json.dumps(PARTNER.full_example(), separators=(",", ":")).encode().replace(before, after, 1)
    with pytest.raises(BadInput, match=reason):
        BY_NAME["partners"].check(line)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (b'"n":1,"n":2', "given twice"),
        (b'"n":1' + b"0" * 30, "64 bits"),
        (b'"n":1e-9999', "meta.n contains the number"),
    ],
)
def test_document_with_looser_rules_is_reported(text: bytes, fault: str) -> None:
    assert PARTNER is not None
    fields = json.dumps({**PARTNER.full_example(), "meta": {}}).encode()
    found = BY_NAME["partners"].check(fields.replace(b'"meta": {}', b'"meta": {' + text + b"}"))
    assert fault in str(found.fault)


def test_values_that_sqlite_returns_unchanged_are_accepted() -> None:
    rents = BY_NAME["rent_comps"]
    row = {name: 1.5 if kind is float else 1 if kind is int else "x" for name, (kind, _) in rents._types.items()}
    assert rents.check(row_line(row)).fault is None
    for name, value, stays in [
        ("rent_cents", "many", True), ("rent_cents", "12", False), ("rent_cents", 1.5, True),
        ("rent_cents", 2.0, False),
        ("beds", "two", True), ("beds", " 2 ", False), ("beds", 2, False), ("beds", float("inf"), True),
        ("source", 5, False), ("seq", "x", False), ("source", None, False), ("rent_cents", [1], False),
    ]:  # fmt: skip
        line = row_line({**row, name: value})
        if stays:
            assert str(rents.check(line).fault).startswith((f"{name} must be", "Infinity is not"))
        else:
            with pytest.raises(BadInput, match=name):
                rents.check(line)
