"""Adoption: a store that has no records of its own takes in the JSON files that it finds.

They are an earlier version's, a git checkout's, an archive's, or its own from before its database was lost. All
files go in with one transaction that also sets the marker, so a kill in the middle leaves nothing half done. A
record that cannot be taken in is named with its file and reason, and kept aside.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import structlog
from pydantic import ValidationError

from backend.app.kit import clock, json_files
from backend.app.kit.db import Tx, state
from backend.app.kit.errors import Conflict
from backend.app.kit.fields import Record, faults_of
from backend.app.kit.ids import new_id
from backend.app.kit.records import RecordTable

log = structlog.get_logger("adoption")


@dataclass(slots=True)
class Refused:
    """A record that was not taken in."""

    file: str
    reason: str
    record: Any


@dataclass(slots=True)
class Adoption:
    """What was found in the JSON files, ready to be stored."""

    records: list[tuple[RecordTable[Any], Record]] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        found: dict[str, int] = {}
        for table, _ in self.records:
            found[table.file] = found.get(table.file, 0) + 1
        return found


def find(root: Path, tables: Iterable[RecordTable[Any]]) -> Adoption:
    """Reads and validates every JSON file of the data directory; touches nothing."""
    adoption = Adoption()
    for table in tables:
        path = root / table.file
        if path.exists():
            _read(table, path, adoption)
    return adoption


def _read(table: RecordTable[Any], path: Path, adoption: Adoption) -> None:
    found = json_files.read(path)
    adoption.refused += [Refused(table.file, reason, text) for text, reason in found.broken]
    seen: set[str] = set()
    for item in found.items:
        record, reason = _record(table, item)
        if record is not None and getattr(record, table.key) in seen:
            record, reason = None, f"{table.key} {item[table.key]} is in the file twice"
        if record is None:
            adoption.refused.append(Refused(table.file, reason, item))
        else:
            seen.add(getattr(record, table.key))
            adoption.records.append((table, record))


def _record(table: RecordTable[Any], item: Any) -> tuple[Record | None, str]:
    if not isinstance(item, dict):
        return None, "it is not a JSON object"
    try:
        return table.model.model_validate(_completed(table, item)), ""
    except ValidationError as error:
        return None, "; ".join(fault.message for fault in faults_of(error))


def _completed(table: RecordTable[Any], item: dict[str, Any]) -> dict[str, Any]:
    """The record with what it lacks: an id, its times, and a place in `meta` for fields that have none."""
    fields = dict(item)
    fields.pop("warnings", None)
    if table.prefix and not fields.get(table.key):
        fields[table.key] = new_id(table.prefix)
    created = fields.get("created_at") or fields.get("updated_at") or clock.now()
    fields["created_at"], fields["updated_at"] = _zoned(created), _zoned(fields.get("updated_at") or created)
    unknown = fields.keys() - table.model.model_fields.keys()
    if unknown and "meta" in table.model.model_fields:
        meta = fields.get("meta") or {}
        fields["meta"] = (
            {**meta, **{name: fields.pop(name) for name in sorted(unknown)}} if isinstance(meta, dict) else meta
        )
    return fields


def _zoned(moment: Any) -> Any:
    """The first version wrote times without a zone; they were UTC."""
    if isinstance(moment, str) and "T" in moment and not moment.endswith("Z") and "+" not in moment:
        return moment + "Z"
    return moment


def store(tx: Tx, adoption: Adoption) -> None:
    """Stores what was found, and the marker. A record that a rule of uniqueness forbids joins the refused."""
    accepted: list[tuple[RecordTable[Any], Record]] = []
    for table, record in adoption.records:
        try:
            with tx.savepoint():
                table.insert(tx, record)
        except Conflict as error:
            adoption.refused.append(Refused(table.file, error.detail, json.loads(record.doc())))
        else:
            accepted.append((table, record))
    adoption.records = accepted
    state.put(tx, state.ADOPTED, tx.now)
    state.put(tx, state.STORE_ID, new_id("store"))


def keep_aside(root: Path, adoption: Adoption) -> Path | None:
    """Writes what was refused to a file of its own, with the reasons; returns where."""
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
