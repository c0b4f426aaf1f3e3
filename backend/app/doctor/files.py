"""Comparison of the JSON files with the database, and leftover or set-aside files."""

import json
import re
import shlex
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import zip_longest
from pathlib import Path
from typing import Any

from backend.app.core_gov.audit import service as audit
from backend.app.doctor import locks
from backend.app.doctor.data_dir import names
from backend.app.doctor.findings import NEXT_START_FIXES, Finding, Remedy, bad, note, ok
from backend.app.kit.archive.stores import PARTIAL
from backend.app.kit.db import ReadSnapshot, state
from backend.app.kit.fields import load
from backend.app.kit.file_lock import MIRROR, is_alive
from backend.app.kit.json_mirror import json_files
from backend.app.kit.json_mirror.adoption import has_unsaved
from backend.app.kit.json_mirror.mirror_note import UNREADABLE, outdated_since
from backend.app.kit.json_mirror.mirror_off import plain_files
from backend.app.kit.records import RecordTable
from backend.app.kit.text import counted
from backend.app.settings import Settings
from backend.app.store_tables import TABLES

SUBJECT = "JSON files"
RECHECK_S = 2.0
"""Seconds that the mirroring process is given to write recent changes."""

Open = Callable[[], AbstractContextManager[ReadSnapshot]]
"""Opens a snapshot of the database as of the call."""

_LEFTOVER = re.compile(r"\..+\.(\d+)\.tmp")
_ASIDE = (
    ("*.adopted-*.json", "adopted by the store, and kept unchanged", "make sure that nothing is missing"),
    ("*.edited-*.json", "changed by another program, and kept", "enter through the API what should stay"),
    ("*.ahead-*.json", "records that the store lacks, or has in another version", "restore what is missing"),
    ("refused-*.json", "records that could not be adopted, each with the reason", "enter them through the API"),
)


@dataclass(slots=True)
class FileComparison:
    """Comparison of a JSON file with its table: the record count of each, and the number of differences.

    `oldest`: time of the oldest change that the file lacks. `known`: the service wrote the file and has lost no data
    since. `unsaved`: the file has records that the database lacks or has in a version that is no newer.
    """

    table: RecordTable[Any]
    stored: int = 0
    found: int = 0
    differing: int = 0
    oldest: str | None = None
    missing: bool = False
    readable: bool = True
    known: bool = True
    unsaved: bool = False

    @property
    def in_step(self) -> bool:
        return not (self.missing or self.differing) and self.readable and self.known


def check(settings: Settings, opened: Open) -> Iterator[Finding]:
    """Compare every file with the database, a second time if a process is mirroring them."""
    found = _compare(settings, opened, TABLES)
    behind = [each.table for each in found if not each.in_step]
    writer = locks.held(settings.data_dir_absolute)
    if behind and writer.mirror:
        again = {each.table.name: each for each in _compare_until_in_step(settings, opened, behind)}
        found = [again.get(each.table.name, each) for each in found]
    for each in found:
        yield _finding(settings, each, writer)


def _compare_until_in_step(settings: Settings, opened: Open, behind: list[RecordTable[Any]]) -> list[FileComparison]:
    until = time.monotonic() + RECHECK_S
    while True:
        found = _compare(settings, opened, behind)
        if time.monotonic() > until or all(each.in_step for each in found):
            return found
        time.sleep(0.1)


def _compare(settings: Settings, opened: Open, tables: list[RecordTable[Any]]) -> list[FileComparison]:
    """Compare all tables as of one snapshot."""
    root = settings.data_dir_absolute
    with opened() as snapshot:
        known = _known_digests(root, snapshot)
        return [_comparison(root, table, snapshot, known.get(table.file, [])) for table in tables]


def _comparison(root: Path, table: RecordTable[Any], snapshot: ReadSnapshot, known: list[str]) -> FileComparison:
    found, path = FileComparison(table), root / table.file
    docs = (json_files.line_of(row[0]) for chunk in snapshot.stream(table.every) for row in chunk)
    try:
        digest = json_files.digest_of(path)
        found.missing = digest is None
        found.known = digest in known
        for doc, line in zip_longest(docs, _records(path, found)):
            _count(found, doc, line)
        found.unsaved = found.differing > 0 and has_unsaved(snapshot, table, path)
    except OSError:
        found.readable = False
    return found


def _count(found: FileComparison, doc: str | None, line: str | None) -> None:
    found.stored += doc is not None
    found.found += line is not None
    if doc == line:
        return
    found.differing += 1
    if doc is not None:
        with suppress(ValueError, LookupError, TypeError):  # a corrupt document in the database
            changed = str(load(doc)["updated_at"])
            found.oldest = min(found.oldest or changed, changed)


def _records(path: Path, found: FileComparison) -> Iterator[str]:
    """Yield the records as the mirror writes them, one per line. Any other content clears `found.readable`."""
    if found.missing:
        return
    with path.open("rb") as file:
        found.readable = file.readline().startswith(json_files.HEAD)
        end = b""
        for end in file:
            if end != b"]}\n":
                yield end.removesuffix(b"\n").removesuffix(b",").decode("utf-8", "replace")
        found.readable = found.readable and end == b"]}\n"


def _known_digests(root: Path, snapshot: ReadSnapshot) -> dict[str, list[str]]:
    """Return the digests that the mirror recorded for each file, or none if the store has lost data since."""
    try:
        noted = json.loads((root / ".mirror.json").read_bytes())
        if noted["store"] != state.get(snapshot, state.STORE_ID) or noted["height"] > audit.height(snapshot):
            return {}
        return {str(name): [str(digest) for digest in digests] for name, digests in noted["files"].items()}
    except UNREADABLE:
        return {}


def _finding(settings: Settings, each: FileComparison, writer: locks.HeldLocks) -> Finding:
    file = each.table.file
    if each.in_step:
        return ok(SUBJECT, f"{file}: {counted(each.stored, 'records')}, up to date")
    sentence = f"{file} {_difference(each)}"
    lag = _lag_s(each)
    if not writer.mirror:
        return bad(SUBJECT, sentence, NEXT_START_FIXES, Remedy("opening", f"{_renaming(each)}rewrites {file}"))
    if lag is not None and lag < settings.mirror_max_lag_s and each.readable and not each.missing:
        return note(
            SUBJECT, f"{sentence}; the oldest change is {lag:.0f} s old, and {writer.who(MIRROR)} will write it"
        )
    who = writer.who(MIRROR)
    return bad(SUBJECT, sentence, f"{who} should have written it: see its log, stop it, then run --fix")


def _difference(each: FileComparison) -> str:
    if each.missing:
        return f"is missing; the database has {each.stored} records"
    if not each.readable:
        return "is not in the format that the service writes"
    if each.found != each.stored:
        return f"has {counted(each.found, 'records')}, but the database has {each.stored}"
    if each.differing:
        return f"differs from the database in {each.differing} of {each.stored} records"
    return "was written by another program, with the same records"


def _renaming(each: FileComparison) -> str:
    return "" if each.missing or (each.known and not each.unsaved) else "keeps it under another name and "


def _lag_s(each: FileComparison) -> float | None:
    """Return the age of the oldest missing change, or None if the file does not differ by a change."""
    try:
        return (datetime.now(UTC) - datetime.fromisoformat(each.oldest or "")).total_seconds()
    except ValueError:
        return None


# Other files next to them


def check_other_files(root: Path) -> Iterator[Finding]:
    """Yield files that were set aside or refused, and incomplete files of processes that have ended."""
    for pattern, what, remedy in _ASIDE:
        if found := sorted(root.rglob(pattern)):
            yield note("set aside", f"{names(found, root)}: {what}", f"{remedy}, then delete them")
    if found := leftovers(root):
        sentence = f"{names(found, root)}: incomplete files of a process that has ended"
        yield note("leftovers", sentence, NEXT_START_FIXES, Remedy("leftovers", "removes them"))
    if found := unfinished(root):
        sentence = f"{names(found, root)}: an unfinished restore or transfer"
        yield note(
            "leftovers", sentence, "run the same command again to finish it", Remedy("leftovers", "removes them")
        )


def leftovers(root: Path) -> list[Path]:
    """Return temporary files of processes that have ended."""
    return sorted(path for path in root.rglob(".*.tmp") if _is_leftover(path))


def _is_leftover(path: Path) -> bool:
    match = _LEFTOVER.fullmatch(path.name)
    return match is not None and path.is_file() and not is_alive(int(match[1]))


def unfinished(root: Path) -> list[Path]:
    """Return the parts of a database that a restore or transfer has not finished. The command may still be running."""
    return sorted(root.glob(f"*.db{PARTIAL}*"))


def present(root: Path) -> list[Path]:
    """Return the JSON files that exist."""
    return [root / table.file for table in TABLES if (root / table.file).exists()]


def check_unmirrored(root: Path) -> Iterator[Finding]:
    """Yield what the lack of JSON files means where VALHALLA_MIRROR is off, and those that remain from before."""
    sentence = "not written, because VALHALLA_MIRROR is off: without the database, only a backup has its records"
    yield note(SUBJECT, sentence, "make backups with `valhalla backup`")
    if left := plain_files(root, TABLES):
        since = outdated_since(root)
        age = f"outdated since {since}" if since else "outdated from the next start on"
        paths = shlex.join(path.relative_to(root).as_posix() for path in left)
        sentence = f"{names(left, root)}: files with records in plain text, {age}, which the service leaves alone"
        yield note("plain text", sentence, f"delete them: cd {shlex.quote(str(root))} && rm {paths}")
