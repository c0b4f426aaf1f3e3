"""Archives that are damaged, forged or of another version are refused, and nothing changes."""

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from backend.tests.backups.refusals import forged, refused, sealed
from backend.tests.backups.stores import MakeSettings
from backend.tests.promises import promise

Lines = list[bytes]


def first(before: bytes, after: bytes) -> Callable[[Lines], Lines]:
    """Return a function that changes the first line."""
    return lambda lines: [lines[0].replace(before, after, 1), *lines[1:]]


BAD: list[tuple[str, Callable[[Lines], Lines], str]] = [
    ("partners", first(b'"id":"', b'"key":"'), "partners.jsonl, line 1: it has no id"),
    ("partners", lambda lines: [*lines, lines[0]], "lines 1 and 4: id 'id_partners_0' occurs twice"),
    (
        "links",
        lambda lines: [lines[0], *first(b"_0", b"_9")(lines)],
        "'id_links_9': this partner already has",
    ),
    ("access_tokens", lambda lines: [*lines, lines[0]], "lines 1 and 2: name 'office-toronto' occurs twice"),
    ("market_models", lambda lines: lines[::-1], "market_models.jsonl, lines 1 and 2: id "),
    ("market_sales", lambda lines: [lines[0], first(b'"seq":1,', b'"seq":2,')(lines)[0]], "'parcel 0' occurs twice"),
    ("audit_events", lambda lines: [*lines[:1], *lines[2:]], "event 2 is missing before event 3"),
    ("audit_events", lambda lines: lines[:-2], "the last events are missing"),
    ("audit_events", first(b'"dana"', b'"eve"'), "was changed"),
    ("access_tokens", first(b'"operator"', b"7"), "line 1: role must be a text"),
    ("drafts", lambda lines: [b"{", *lines], "drafts.jsonl, line 1: it is not valid JSON"),
    ("drafts", lambda lines: [b'{"a":' * 40 + b"1" + b"}" * 40], "nested deeper"),
]


@pytest.mark.parametrize(("table", "change", "reason"), BAD, ids=[reason for _, _, reason in BAD])
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_restore_refuses_invalid_rows_with_valid_checksums(
    archive: Path, tmp_path: Path, new: MakeSettings, kind: str, table: str, change: Any, reason: str
) -> None:
    path = forged(archive, tmp_path, table, change)
    assert reason in refused(new(kind), path)


def stated(archive: Path, folder: Path, change: Any) -> Path:
    with zipfile.ZipFile(archive) as old:
        members = {name: old.read(name) for name in old.namelist()}
    manifest = json.loads(members["manifest.json"])
    change(manifest, members)
    members["manifest.json"] = json.dumps(manifest).encode()
    return sealed(folder / "stated.zip", members)


def without_deals(manifest: dict[str, Any], members: dict[str, bytes]) -> None:
    del manifest["tables"]["deals"], members["deals.jsonl"]


def with_another(manifest: dict[str, Any], members: dict[str, bytes]) -> None:
    manifest["tables"]["sqlite_master"] = manifest["tables"]["deals"]
    members["sqlite_master.jsonl"] = members["deals.jsonl"]


STATED = [
    (lambda m, _: m.update(revision="9999"), "was made by a newer Valhalla (schema 9999; this one has"),
    (lambda m, _: m.update(revision="0000"), "has schema 0000, which no version before this one had"),
    (lambda m, _: m.update(format=2), "was made by a newer Valhalla (format 2"),
    (lambda m, _: m.update(revision="0001"), "does not match schema 0001"),
    (lambda m, _: m["tables"]["access_tokens"].update(columns=["name"]), "access_tokens.jsonl has other columns"),
    (lambda m, _: m["tables"]["deals"].update(kind="rows"), "deals.jsonl has other columns"),
    (lambda m, _: m["store"].clear(), "does not record the end of its audit trail"),
    (lambda m, _: m["store"].update(audit_head="x"), "does not record the end of its audit trail"),
    (without_deals, "lacks the table deals"),
    (with_another, "holds the table sqlite_master, which this version does not know"),
]


@promise(
    "Backups and transfers",
    "A damaged or newer archive, a full disk or missing rights give a clear error and leave the target unchanged.",
)
@pytest.mark.parametrize(("change", "reason"), STATED, ids=[str(number) for number in range(len(STATED))])
def test_restore_refuses_an_impossible_manifest(
    archive: Path, tmp_path: Path, new: MakeSettings, change: Any, reason: str
) -> None:
    assert reason in refused(new("sqlite"), stated(archive, tmp_path, change))


@promise(
    "Backups and transfers",
    "A damaged or newer archive, a full disk or missing rights give a clear error and leave the target unchanged.",
)
def test_restore_refuses_a_truncated_or_damaged_archive(archive: Path, tmp_path: Path, new: MakeSettings) -> None:
    whole, settings = archive.read_bytes(), new("sqlite")
    for number, at in enumerate(range(10, len(whole), len(whole) // 20)):
        path = tmp_path / "bad.zip"
        path.write_bytes(whole[:at] if number % 2 else whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        assert "bad.zip" in refused(settings, path)
