"""Adoption of JSON files by a store without records.

They come from an earlier version, a git checkout, an archive, or the store itself before its database was lost. In the
last case the changes logged beside them are adopted too. Everything is stored in one transaction that also sets the
marker, so a kill leaves nothing half done. Records that cannot be stored are written to a separate file, with file and
reason.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple

import structlog
from pydantic import ValidationError

from backend.app.kit import clock
from backend.app.kit.db import Database, ReadSnapshot, Tx, state
from backend.app.kit.errors import Conflict, StartError
from backend.app.kit.fields import ON_FILE, Record, same_json
from backend.app.kit.ids import new_id
from backend.app.kit.json_mirror import change_log, json_files
from backend.app.kit.json_mirror.completion import completed_record
from backend.app.kit.records import RecordTable

log = structlog.get_logger("adoption")

Table = RecordTable[Any]
Key = tuple[str, str]
"""Table name and key of a record."""


@dataclass(slots=True)
class RefusedRecord:
    """A record that was not adopted."""

    file: str
    reason: str
    record: Any


class Item(NamedTuple):
    """A valid record in serialized form, which takes a fifth of the memory of the object."""

    table: Table
    doc: str
    updated_at: str


@dataclass(slots=True)
class Adoption:
    """Records found outside the database, ready to be stored.

    `digests`: digests of the JSON files. `recovered`: records that the files lacked or had in an older version.
    `places`: free row numbers of records lost by a damaged database.
    """

    records: dict[Key, Item] = field(default_factory=dict)
    refused: list[RefusedRecord] = field(default_factory=list)
    digests: set[str] = field(default_factory=set)
    recovered: set[Key] = field(default_factory=set)
    places: dict[Key, int] = field(default_factory=dict)

    def counts(self) -> dict[str, int]:
        return dict(Counter(item.table.file for item in self.records.values()))

    @property
    def refused_records(self) -> list[tuple[str, str, Any]]:
        """Return file, reason and record of each refusal."""
        return [(each.file, each.reason, each.record) for each in self.refused]

    def put(self, table: Table, record: Record) -> None:
        self.records[_key(table, record)] = Item(table, record.doc(), record.updated_at)


# Finding


def find(root: Path, tables: Iterable[Table]) -> Adoption:
    """Read and validate every JSON file of the data directory, without changing anything. Raises StartError."""
    adoption = Adoption()
    for table in tables:
        path = root / table.file
        if path.exists():
            if not path.is_file():
                what = "Is a directory" if path.is_dir() else "Is not a regular file"
                raise StartError(f"{path} cannot be read: {what}")
            try:
                _read(table, path, adoption)
            except OSError as error:
                raise StartError(f"{path} cannot be read: {error.strerror}") from None
    _add_recent(adoption, root, tables)
    return adoption


def _read(table: Table, path: Path, adoption: Adoption) -> None:
    adoption.digests.add(json_files.digest_of(path) or "")
    for item, fault in json_files.each(path):
        record, reason = (None, fault) if fault else completed_record(table, item)
        if record is not None and _key(table, record) in adoption.records:
            record, reason = None, f"{table.key} {item[table.key]} occurs twice in the file"
        if record is None:
            adoption.refused.append(RefusedRecord(table.file, reason, item))
        else:
            adoption.put(table, record)


def _add_recent(adoption: Adoption, root: Path, tables: Iterable[Table]) -> None:
    """Add the logged changes that are not in the JSON files yet."""
    by_name = {table.name: table for table in tables}
    for name, doc in change_log.read(root):
        table = by_name.get(name)
        record = _stored(table, doc) if table else None
        if table is None or record is None:
            adoption.refused.append(RefusedRecord(change_log.FOLDER, f"it is not a record of {name}", doc))
            continue
        known = adoption.records.get(_key(table, record))
        if known is None or (known.updated_at <= record.updated_at and known.doc != doc):
            adoption.put(table, record)
            adoption.recovered.add(_key(table, record))


def _stored(table: Table, doc: str) -> Record | None:
    """Parse a stored document; return None if it is not a valid record."""
    try:
        found: Record = table.model.model_validate_json(doc, context=ON_FILE)
    except ValidationError:
        return None
    return found


def _key(table: Table, record: Record) -> Key:
    return table.name, getattr(record, table.key)


def find_ahead(db: Database, root: Path, tables: Iterable[Table], *, salvaged: bool) -> Adoption:
    """Return the records that are missing or older in the database than in the JSON files and the change log.

    Both contain only committed changes, so there are none unless the database is an older copy. With `salvaged`, a
    record that differs from its JSON file is damaged unless it was changed later.
    """
    latest: dict[Key, tuple[str, str]] = {}
    by_name = {table.name: table for table in tables}
    for name, doc in _not_on_file(db, root, by_name):
        try:
            fields = json.loads(doc)
            key, moment = (name, fields[by_name[name].key]), fields["updated_at"]
        except (ValueError, KeyError, TypeError):
            continue
        if key not in latest or latest[key][0] <= moment:
            latest[key] = moment, doc
    adoption = Adoption()
    for key, (_, doc) in latest.items():
        table = by_name[key[0]]
        record = _stored(table, doc)
        stored = db.snapshot_now(table.find, key[1])
        if record is None:
            if stored is None:
                adoption.refused.append(RefusedRecord(table.file, "it is no longer a valid record", doc))
        elif stored is None or _is_ahead(table, doc, record.updated_at, stored.doc, salvaged=salvaged):
            adoption.put(table, record)
            if stored is not None and not _updated_at(stored.doc):
                reason = "it is not a record; the record of the JSON file replaces it"
                adoption.refused.append(RefusedRecord(table.file, reason, json_files.line_of(stored.doc)))
    if salvaged and adoption.records:
        for table in by_name.values():
            adoption.places |= _places(db, root, table)
    return adoption


def _places(db: Database, root: Path, table: Table) -> dict[Key, int]:
    """Return the row numbers of records lost from the database, inferred from their neighbors in the JSON file."""
    on_file = db.snapshot_now(table.numbers)
    taken, last, places = set(on_file.values()), 0, dict[Key, int]()
    path = root / table.file
    for item, _ in json_files.each(path) if path.is_file() else ():
        key = item.get(table.key) if isinstance(item, dict) else None
        if key in on_file:
            last = on_file[key]
        elif isinstance(key, str) and last + 1 not in taken:
            last += 1
            taken.add(last)
            places[table.name, key] = last
    return places


def _not_on_file(db: Database, root: Path, tables: dict[str, Table]) -> Iterator[tuple[str, str]]:
    on_file: dict[str, set[int]] = {}
    for name, table in tables.items():
        with db.stream(table.every) as chunks:
            on_file[name] = {hash(row[0]) for chunk in chunks for row in chunk}
    for name, table in tables.items():
        if (root / table.file).is_file():
            lines = json_files.record_lines(root / table.file)
            yield from ((name, line) for line in lines if hash(line) not in on_file[name])
    yield from ((name, doc) for name, doc in change_log.read(root) if name in tables and hash(doc) not in on_file[name])


def has_unsaved(tx: ReadSnapshot, table: Table, path: Path) -> bool:
    """Return whether a JSON file has a record that the database lacks, or has in a version that is no newer.

    Such a file must not be overwritten: the database may hold a damaged document with the same time.
    """
    if not path.is_file():
        return False
    stored = {hash(json_files.line_of(row[0])) for chunk in tx.stream(table.every) for row in chunk}
    return any(_is_unsaved(tx, table, line) for line in json_files.record_lines(path) if hash(line) not in stored)


def _is_unsaved(tx: Tx, table: Table, line: str) -> bool:
    try:
        fields = json.loads(line)
        key, updated_at = str(fields[table.key]), str(fields["updated_at"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return False
    stored = table.find(tx, key)
    return stored is None or _is_ahead(table, line, updated_at, stored.doc, salvaged=True)


def _updated_at(doc: str) -> str:
    try:
        return str(json.loads(doc)["updated_at"])
    except (ValueError, KeyError, TypeError):
        return ""


def _is_ahead(table: Table, doc: str, updated_at: str, stored: str, *, salvaged: bool) -> bool:
    """Return whether a document is newer than the stored one. With `salvaged`, one that differs counts as newer."""
    changed = _updated_at(stored)
    return changed < updated_at or (salvaged and changed == updated_at and not _same_but_derived(table, doc, stored))


def _same_but_derived(table: Table, *docs: str) -> bool:
    """Return whether two documents differ at most in derived fields, which follow the version of their rule."""
    one, other = ({k: v for k, v in json.loads(doc).items() if k not in table.model.derived} for doc in docs)
    return same_json(one, other)


# Storing


def store(tx: Tx, adoption: Adoption) -> Adoption:
    """Store the records and the marker. Return what was stored and what was refused.

    A record that violates a uniqueness rule is refused.
    """
    done = _each(tx, adoption, lambda table, record: table.insert(tx, record))
    state.put(tx, state.ADOPTED, tx.now)
    state.put(tx, state.STORE_ID, new_id("store"))
    return done


def catch_up(tx: Tx, ahead: Adoption) -> Adoption:
    """Store the records that the database lacked. Return what was stored and what was refused."""

    def put(table: Table, record: Record) -> None:
        key = getattr(record, table.key)
        if table.find(tx, key):
            table.replace(tx, record)
        else:
            table.insert(tx, record, ahead.places.get((table.name, key)))

    return _each(tx, ahead, put)


def _each(tx: Tx, adoption: Adoption, put: Callable[[Table, Record], object]) -> Adoption:
    done = replace(adoption, records={}, refused=[*adoption.refused])
    for key, item in adoption.records.items():
        try:
            with tx.savepoint():
                put(item.table, item.table.model.model_validate_json(item.doc, context=ON_FILE))
        except Conflict as error:
            done.refused.append(RefusedRecord(item.table.file, error.detail, json.loads(item.doc)))
        else:
            done.records[key] = item
        tx.written.clear()  # they come from the files, and are too many to hold twice
    return done


def keep_refused(root: Path, adoption: Adoption) -> Path | None:
    """Write the refused records and the reasons to a separate file. Return its path."""
    if not adoption.refused:
        return None
    path = root / f"refused-{clock.stamp()}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [json.dumps({"file": r.file, "reason": r.reason, "record": r.record}) for r in adoption.refused]
    temp, _, _ = json_files.prepare(path, clock.now(), [lines])
    temp.replace(path)
    for refused in adoption.refused:
        log.warning("record refused", file=refused.file, reason=refused.reason, kept_in=path.name)
    return path
