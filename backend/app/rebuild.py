"""Rebuild of a store's database: from a damaged SQLite file, or from JSON files after the database was lost.

A damaged file is never changed. If only its indexes are provably damaged, they are rebuilt in a copy. Otherwise, every
readable row goes into a new file. The result is noted in the new file. It reaches the audit trail and `losses` once the
JSON files have completed the new file, so a kill in between loses nothing.
"""

import json
import shutil
from collections.abc import Callable, Iterable
from dataclasses import astuple
from functools import partial
from pathlib import Path
from typing import Any

import structlog

from backend.app.core_gov.access.people import service as people
from backend.app.core_gov.access.tokens import service as tokens
from backend.app.core_gov.audit import chain
from backend.app.core_gov.audit import service as audit
from backend.app.core_gov.jv.documents import rebuild as ledger
from backend.app.core_gov.jv.ledger import service as joint_ventures
from backend.app.kit import clock, derived_fields
from backend.app.kit.db import Ctx, Database, ReadSnapshot, Tx, losses, sqlite_file, state
from backend.app.kit.db.bulk import sqlite_bulk
from backend.app.kit.db.losses import Loss
from backend.app.kit.db.repair import reindex
from backend.app.kit.db.repair.pages import Value
from backend.app.kit.db.repair.refill import TableTally, refill
from backend.app.kit.db.repair.salvage import Row
from backend.app.kit.ids import new_id
from backend.app.kit.json_mirror.mirror_note import MirrorMark, missing_files, outdated_since
from backend.app.kit.json_mirror.mirror_off import plain_files
from backend.app.kit.records import RecordTable
from backend.app.kit.search import filling

log = structlog.get_logger("rebuild")

PENDING = state.REBUILT
"""Key under which a rebuilt store notes what it has yet to report."""

SALVAGED, REPAIRED, SCHEMA_REPAIRED = "store.salvaged", "store.repaired", "store.schema_repaired"
_MAX_GAPS = 10_000
"""Most ranges of lost events in one audit event."""

_AUDIT, _TOKENS, _SESSIONS, _LINKS = "audit_events", "access_tokens", "sessions", "person_links"
_OF_REPLACED_SECRETS = ("previous_digest", "previous_until")
"""Columns of tokens that are not salvaged: a rotation replaced these secrets."""
_JSON = {"changes", "flags", "row", "units", "card", "body", "report", "state"}
"""JSON columns of typed tables."""

_UNREAD = "it could not be read from the damaged database"

Tables = list[RecordTable[Any]]


def replacement(tables: Tables, mark: MirrorMark | None) -> Callable[[Path, Path, str, str], None]:
    """Return a function that creates a new database file from a damaged one."""
    return partial(_replace, tables, mark)


def _replace(tables: Tables, mark: MirrorMark | None, damaged: Path, target: Path, fault: str, aside: str) -> None:
    for part in sqlite_file.parts(damaged):
        if not part.name.endswith("-shm"):
            shutil.copyfile(part, target.with_name(target.name + part.name.removeprefix(damaged.name)))
    height = mark.height or 0 if mark else 0
    facts: dict[str, Any] = {"set_aside": aside, "fault": fault}
    reason = reindex.repair(damaged, target, partial(_contradiction, height=height))
    if reason is None:
        _note(target, {"action": REPAIRED, **facts})
        return
    for part in sqlite_file.parts(target):
        part.unlink()
    check = _Check(tables)
    derived = {table.keys.name for table in tables if table.keys is not None}
    tallies = refill(damaged, target, check, derived | {table.name for table in joint_ventures.TABLES})
    facts |= {"action": SALVAGED, "not_repaired_because": reason, "tokens_revoked": sorted(check.revoked)}
    facts["tables"] = {name: astuple(tally) for name, tally in tallies.items()}
    store_id = mark.store if mark and mark.store else new_id("store")
    with sqlite_bulk(target) as bulk:
        gaps, last = audit.lost_ranges(bulk.tx)
        facts[chain.GAPS] = gaps
        bulk.act(_CTX, partial(_complete, last=last, height=height, store_id=store_id, facts=facts))
        bulk.keep()


_CTX = Ctx("-", "rebuild")


def _contradiction(snapshot: ReadSnapshot, *, height: int) -> str | None:
    """Return evidence that an intact-looking database mixes several moments or is older than its JSON files."""
    verdict = audit.verify(snapshot)
    if not verdict.good:
        return verdict.faults[0]
    if verdict.head.seq < height:
        return f"it ends with audit event {verdict.head.seq}, but the JSON files know of {height}"
    if able := people.contradictions(snapshot):
        return f"the audit trail says that {able[0].email} was disabled, the row does not"
    valid = tokens.contradictions(snapshot)
    return f"the audit trail says that token {valid[0]} was revoked, its row does not" if valid else None


def _note(target: Path, facts: dict[str, Any]) -> None:
    with sqlite_bulk(target) as bulk:
        state.put(bulk.tx, PENDING, json.dumps(facts))
        bulk.keep()


class _Check:
    """Filter for rows that can be stored.

    Revokes all tokens and links, and ends all sessions, because a damaged file may have lost that they were.
    """

    def __init__(self, tables: Tables) -> None:
        self._keys = {table.name: table.key for table in tables}
        self.revoked: set[str] = set()

    def __call__(self, name: str, row: Row) -> Row | None:
        if name in self._keys:
            return row if _is_document(row, self._keys[name]) else None
        if name == _TOKENS:
            return self._without_secrets(row)
        if name == _SESSIONS and row["ended_at"] is None:
            return {**row, "ended_at": clock.now(), "ended_because": "the database was damaged", "id_token": None}
        if name == _LINKS and row["used_at"] is None and row["revoked_at"] is None:
            return {**row, "revoked_at": clock.now()}
        return row if all(_is_valid_json(row[column]) for column in _JSON & row.keys()) else None

    def _without_secrets(self, token: Row) -> Row:
        """Return a token as revoked, without the secret that a rotation replaced."""
        kept = {column: None if column in _OF_REPLACED_SECRETS else value for column, value in token.items()}
        if kept["revoked_at"] is None:
            self.revoked.add(str(kept["name"]))
            kept["revoked_at"] = clock.now()
        return kept


def _is_valid_json(value: Value) -> bool:
    """Return whether a text that begins as JSON is valid JSON. A damaged page may contain parts of another row."""
    if not isinstance(value, str) or not value.startswith(("{", "[")):
        return True
    try:
        json.loads(value)
    except (ValueError, RecursionError):
        return False
    return True


def _is_document(row: Row, key: str) -> bool:
    try:
        found = json.loads(str(row["doc"]))
    except (ValueError, RecursionError):
        return False
    return isinstance(found, dict) and found.get(key) == row["id"]


def _complete(tx: Tx, *, last: chain.Head, height: int, store_id: str, facts: dict[str, Any]) -> None:
    """Give the salvaged store an id and an audit head, and note what to report.

    The audit trail continues after the last event known to have been written.
    """
    state.offer(tx, state.STORE_ID, store_id)
    state.offer(tx, state.ADOPTED, tx.now)
    derived_fields.forget(tx)
    waiting = tokens.salvaged(tx) | set(facts["tokens_revoked"])
    state.put(tx, tokens.SALVAGED, json.dumps(sorted(waiting)))
    filling.forget(tx)
    facts[chain.GAPS] += continue_trail(tx, last, height)
    state.put(tx, PENDING, json.dumps(facts))


def continue_trail(tx: Tx, last: chain.Head, height: int) -> list[list[int]]:
    """Continue the audit trail from its last known end. Return the range of events lost after `last`."""
    noted = audit.head(tx)
    end = max(last.seq, height, noted.seq if noted else 0)
    known = last if end == last.seq else noted if noted and noted.seq == end else chain.Head(end, chain.UNKNOWN)
    audit.continue_after(tx, known)
    return [[last.seq + 1, end]] if end > last.seq else []


def way_back(root: Path, tables: Tables, *, older: bool = False) -> str:
    """Return what a rebuild makes of a store that lost its database or has an older copy of it, in words."""
    since = outdated_since(root)
    if since is None:
        return "rebuilds it from the JSON files"
    if older:
        return "continues with the copy, because there are no current JSON files (VALHALLA_MIRROR was off)"
    if plain_files(root, tables):
        return f"rebuilds it from JSON files that lack all changes after {since} (VALHALLA_MIRROR was off)"
    return "starts a store without records, because there are no JSON files (VALHALLA_MIRROR is off)"


# Reporting of losses


def note_schema_repair(tx: ReadSnapshot, facts: dict[str, Any], *, trail: bool, height: int) -> None:
    """Note the schema repairs, to be reported at the next opening. `trail` is whether the audit trail was lost."""
    if trail:
        _, last = audit.lost_ranges(tx)
        facts[chain.GAPS] = continue_trail(tx, last, height)
    noted = _read(state.get(tx, PENDING)) or {}
    gaps = [*noted.get(chain.GAPS, []), *facts.get(chain.GAPS, [])]
    state.put(tx, PENDING, json.dumps({"action": SCHEMA_REPAIRED, **facts, **noted, chain.GAPS: gaps}))


def pending(db: Database) -> dict[str, Any] | None:
    """Return what a rebuilt store has yet to report, or None if the store was not rebuilt."""
    return _read(db.snapshot_now(state.get, PENDING))


def _read(noted: str | None) -> dict[str, Any] | None:
    """Parse the note of a rebuild. An unreadable note counts as a repair without known details."""
    try:
        found = json.loads(noted) if noted is not None else None
    except ValueError:
        found = {}
    return found if found is None or "action" in found else {"action": REPAIRED, "note": "unreadable"}


def record_losses(tx: Tx, tables: Tables, root: Path) -> list[Loss]:
    """Record the rebuild in the audit trail, and record its losses."""
    facts = _read(state.get(tx, PENDING))
    if facts is None:
        return []
    lost = _losses(tx, tables, root, facts)
    gaps: list[Any] = facts.pop(chain.GAPS, [])
    action = facts.pop("action")
    details = {**facts, "lost": losses.sentences(lost)}
    if gaps:
        details[chain.GAPS] = gaps[:_MAX_GAPS]
    audit.record_act(tx, action, "store", None, details)
    log.error("database rebuilt", action=action, **details)
    for start in range(_MAX_GAPS, len(gaps), _MAX_GAPS):
        audit.record_act(tx, action, "store", None, {chain.GAPS: gaps[start : start + _MAX_GAPS]})
    losses.record(tx, lost)
    ledger.complete(tx)
    ledger.block_lost(tx, {loss.table for loss in lost})
    state.forget(tx, PENDING)
    return lost


def _losses(tx: Tx, tables: Tables, root: Path, facts: dict[str, Any]) -> list[Loss]:
    tallies = {name: TableTally(*tally) for name, tally in facts.get("tables", {}).items()}
    lost = [_record_loss(tx, table, root, tallies[table.name]) for table in tables if table.name in tallies]
    others = tallies.keys() - {table.name for table in tables} - {_AUDIT}
    lost += [Loss(name, tallies[name].lost, _UNREAD, tallies[name].at_least) for name in sorted(others)]
    events = sum(last - first + 1 for first, last in facts.get(chain.GAPS, []))
    lost.append(Loss(_AUDIT, events, "lost or damaged, as the audit trail declares"))
    return [loss for loss in lost if loss.rows != 0]


def _record_loss(tx: Tx, table: RecordTable[Any], root: Path, tally: TableTally) -> Loss:
    """Return the rows that neither the damaged file nor the JSON file has. A current JSON file has every record."""
    if tally.lost is not None:
        missing: int | None = max(0, tally.stored + tally.lost - table.count(tx))
    else:
        missing = 0 if (root / table.file).exists() and not outdated_since(root) else None
    return Loss(table.name, missing, _UNREAD, tally.at_least)


def lost_with_database(tx: Tx, mark: MirrorMark, names: Iterable[str], tables: Tables, root: Path) -> list[list[int]]:
    """Record the losses of a store of which only the JSON files remain. Return the range of lost events.

    `names`: tables that are not mirrored to JSON.
    """
    reason = "the database was missing or empty; it is not in the JSON files"
    known = [Loss(name, mark.height if name == _AUDIT else None, reason) for name in names]
    gone = "the database was missing or empty, and so was its JSON file"
    missing, since = missing_files(root), outdated_since(root)
    old = f"the database was missing or empty, and VALHALLA_MIRROR was off: changes after {since} are lost"
    if since:
        known += [Loss(table.name, None, old) for table in tables]
    else:
        known += [Loss(table.name, None, gone) for table in tables if table.file in missing]
    losses.record(tx, known)
    if not mark.height:
        return []
    audit.continue_after(tx, chain.Head(mark.height, chain.UNKNOWN))
    return [[1, mark.height]]


def lost_since(tx: Tx, height: int, mark: MirrorMark, root: Path) -> None:
    """Record the losses of a database older than its JSON files: the changes after event `height`.

    Revoke every token, because one of the lost changes may have done so.
    """
    assert mark.height is not None
    outdated = outdated_since(root) is not None
    known = "the store is known to have had" if outdated else "the JSON files know of"
    reason = f"the database is an older copy: it ends with event {height}, {known} {mark.height}"
    others = Loss("all other tables" if outdated else "tables that are not in the JSON files", None, reason)
    losses.record(tx, [Loss(_AUDIT, mark.height - height, reason), others])
    audit.continue_after(tx, chain.Head(mark.height, chain.UNKNOWN))
    facts: dict[str, Any] = {chain.GAPS: [[height + 1, mark.height]], "reason": reason}
    audit.record_act(tx, "store.older", "store", None, facts)
    derived_fields.forget(tx)
    people.close_all(tx, "an older copy of the database is used")
    if revoked := tokens.revoke_all(tx):
        log.error("tokens of an older database were revoked; `valhalla token enable NAME` undoes it", tokens=revoked)
