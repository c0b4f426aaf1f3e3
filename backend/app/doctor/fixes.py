"""Safe repairs: what a start of the service does, and removal of what ended processes left behind.

No repair deletes a record, an audit event, or a file that holds records.
"""

import json
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from backend.app.bootstrap import Store, is_mirrored, open_store
from backend.app.core_gov.audit import service as audit
from backend.app.doctor import data_dir, files, ledger, list_keys, locks, processes, text_index
from backend.app.doctor.findings import Finding, FixKind
from backend.app.doctor.schema.schema_repair import repair_schema
from backend.app.kit import clock
from backend.app.kit.db import Ctx, Tx, losses, sqlite_file
from backend.app.kit.db.migrate import HEAD
from backend.app.kit.errors import StartError
from backend.app.kit.file_lock import LOCK_FILES, try_lock
from backend.app.kit.jobs import leases
from backend.app.kit.json_mirror.mirror_note import request_rewrite
from backend.app.kit.output.progress import ReportProgress
from backend.app.kit.text import counted
from backend.app.settings import Settings

WAIT_S, REPORT_S = 120.0, 1.0
"""Seconds to wait for the JSON files, and seconds between two progress reports."""


@dataclass(frozen=True, slots=True)
class Fix:
    """A repair about to be made.

    `will` describes it. `act` performs it and returns what it did. It raises StartError, AppError or OSError.
    """

    subjects: str
    will: list[str]
    act: Callable[[], list[str]]


def fixes_for(settings: Settings, ctx: Ctx, findings: Iterable[Finding], report: ReportProgress) -> Iterator[Fix]:
    """Yield the repairs for the findings, in order. `report` receives progress while JSON files are written."""
    found = list(findings)
    actions: dict[FixKind, Callable[[], list[str]]] = {
        "directory": lambda: _make_directory(settings.data_dir_absolute),
        "leftovers": lambda: _remove_leftovers(settings.data_dir_absolute),
        "schema": lambda: [*repair_schema(settings, ctx), *_open(settings, found, report)],
        "opening": lambda: _open(settings, found, report),
        "list keys": lambda: [*list_keys.repair_keys(settings, ctx), *_open(settings, found, report)],
        "ledger": lambda: [*ledger.repair_ledger(settings, ctx), *_open(settings, found, report)],
        "text index": lambda: [*text_index.forget(settings, ctx), *_open(settings, found, report)],
        "leases": lambda: _remove_leases(settings, ctx),
    }
    for kind, act in actions.items():
        fixed = [finding for finding in found if finding.fix is not None and finding.fix.kind == kind]
        if fixed:
            subjects = ", ".join(dict.fromkeys(finding.subject for finding in fixed))
            will = [finding.fix.will for finding in fixed if finding.fix is not None]
            yield Fix(subjects, list(dict.fromkeys(will)), _checking_owner(settings, act))


def _checking_owner(settings: Settings, act: Callable[[], list[str]]) -> Callable[[], list[str]]:
    def checked() -> list[str]:
        if owner := data_dir.foreign_owner(settings.data_dir_absolute):
            raise StartError(f"{settings.data_dir_absolute} belongs to {owner}: run this as {owner}, not as root")
        return act()

    return checked


def _make_directory(root: Path) -> list[str]:
    root.mkdir(parents=True, exist_ok=True)
    return [f"created {root}; the first start creates the database in it"]


def _remove_leftovers(root: Path) -> list[str]:
    with _exclusive(root):
        found = [*files.leftovers(root), *files.unfinished(root)]
        for path in found:
            path.unlink(missing_ok=True)
    return [f"removed {data_dir.names(found, root)}" if found else "they have already been removed"]


@contextmanager
def _exclusive(root: Path) -> Iterator[None]:
    """Hold all locks while files are removed: no other process restores, adopts, or writes JSON files."""
    with ExitStack() as held:
        for name in LOCK_FILES:
            if not try_lock(held.enter_context((root / name).open("a"))):
                who = locks.held(root).who(name)
                raise StartError(f"{who} may still need them: stop it first, or let the next start remove them")
        yield


# Opening the store


def _open(settings: Settings, found: list[Finding], report: ReportProgress) -> list[str]:
    held = locks.held(settings.data_dir_absolute)
    if held.opening or held.in_use or held.mirror:
        raise StartError(
            "another process has opened the store in the meantime and makes the same repairs: run the doctor again"
        )
    if not settings.database_url and any(each.subject == "database" and each.verdict == "bad" for each in found):
        sqlite_file.forget_clean_close(settings.sqlite_path.absolute())  # check it even if it was closed cleanly
    if any(each.subject == files.SUBJECT and each.verdict == "bad" for each in found):
        request_rewrite(settings.data_dir_absolute)
    started = clock.now()
    with open_store(settings, rebuild_lost=True) as store:
        _wait_in_step(store, report)
        files_now = "every JSON file is up to date" if is_mirrored(settings) else "no JSON files are written"
        lost = [f"lost: {sentence}" for sentence in losses.sentences(store.db.snapshot_now(losses.every))]
        return [
            *_results(store, started),
            *lost,
            f"the database has schema {HEAD}, and {files_now}",
        ]


def _wait_in_step(store: Store, report: ReportProgress) -> None:
    """Wait until the JSON files are written, and report progress. Raises StartError as soon as writing fails."""
    until, total = time.monotonic() + WAIT_S, 0
    while not store.mirror.wait_in_step(REPORT_S):
        if problem := store.mirror.problem:
            raise StartError(f"the JSON files were not written: {problem}")
        if time.monotonic() > until:
            why = "they take longer" if store.mirror.holds else "another process holds them"
            raise StartError(f"the JSON files were not written within {WAIT_S:.0f} s: {why}")
        waiting = len(store.mirror.waiting())
        total = max(total, waiting)
        report(total - waiting, total)


def _results(store: Store, started: str) -> list[str]:
    """Return what opening the store did, from its audit events."""

    def latest(tx: Tx) -> list[str]:
        return audit.list_events(tx, {"since": started}, 100, None).docs

    lines = [line for doc in store.db.snapshot_now(latest) for line in _results_of(json.loads(doc))]
    return lines[::-1]


def _results_of(event: dict[str, Any]) -> list[str]:
    facts = {name: change["after"] for name, change in event["changes"].items()}
    match event["action"]:
        case "store.adopted":
            return [*_refused(facts), *_adopted(facts)]
        case "store.salvaged" | "store.repaired" if "set_aside" in facts:
            return [*_salvaged(facts), f"set the damaged database aside as {facts['set_aside']}"]
        case "store.caught_up":
            return [
                *_refused(facts),
                f"adopted {len(facts['records'])} records that the JSON files had and the database lacked",
            ]
        case "file.moved_aside":
            return [f"kept the previous {event['entity_id']} as {facts['moved_to']}"]
        case _:
            return []


def _adopted(facts: dict[str, Any]) -> list[str]:
    counts = ", ".join(f"{count} from {file}" for file, count in facts["records"].items())
    return [f"adopted the records of the JSON files: {counts or 'there were none'}"]


def _salvaged(facts: dict[str, Any]) -> list[str]:
    if "tables" not in facts:
        return ["only indexes were damaged; they were rebuilt, and nothing is lost"]
    rows = sum(stored for stored, *_ in facts["tables"].values())
    revoked = facts["tokens_revoked"]
    enable = [f"revoked the tokens {', '.join(revoked)}; `valhalla token enable NAME` makes one valid again"]
    return [*(enable if revoked else []), f"recovered {counted(rows, 'rows')} from it"]


def _refused(facts: dict[str, Any]) -> list[str]:
    kept = facts.get("refused_kept_in")
    return [f"some records could not be adopted; they and the reasons are in {kept}"] if kept else []


# Leases


def _remove_leases(settings: Settings, ctx: Ctx) -> list[str]:
    with open_store(settings) as store:
        removed = store.db.write_now(ctx, _release)
    return [f"removed {', '.join(removed)}" if removed else "they have already been removed"]


def _release(tx: Tx) -> list[str]:
    stale = processes.stale(tx)
    for lease in stale:
        leases.release(tx, lease.name, lease.holder)
    names = [lease.name for lease in stale]
    if names:
        audit.record_act(tx, "leases.removed", "store", None, {"leases": names})
    return names


# Losses


def acknowledgment(settings: Settings, ctx: Ctx) -> Fix:
    """Accept every recorded loss. The audit trail records who accepted them, and what they were."""

    def act() -> list[str]:
        with open_store(settings) as store:
            accepted = store.db.write_now(ctx, _acknowledge)
        return [f"accepted: {sentence}" for sentence in losses.sentences(accepted)] or ["no losses are recorded"]

    return Fix("losses", ["accepts the recorded losses"], _checking_owner(settings, act))


def _acknowledge(tx: Tx) -> list[losses.Loss]:
    accepted = losses.acknowledge(tx)
    if accepted:
        facts = {"losses": losses.sentences(accepted)}
        audit.record_act(tx, "losses.acknowledged", "store", None, facts)
    return accepted
