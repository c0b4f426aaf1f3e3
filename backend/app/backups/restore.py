"""`valhalla restore`: a store from an archive, completely or not at all."""

import json
from functools import partial
from pathlib import Path
from typing import Any

from backend.app import __version__
from backend.app.backups.contents import STATE, check, tables
from backend.app.backups.store_urls import location_of
from backend.app.bootstrap import is_mirrored, open_store
from backend.app.core_gov.access.people import service as people
from backend.app.core_gov.audit import service as audit
from backend.app.core_gov.comms.delivery import hold
from backend.app.kit.archive import zip_file
from backend.app.kit.archive.age_keys import Identities
from backend.app.kit.archive.manifest import Facts, Manifest
from backend.app.kit.archive.source import InvalidRows, Source
from backend.app.kit.archive.stores import StoreLocation, delete_json_files, json_records
from backend.app.kit.archive.target import Act, compare, fill, in_current_schema
from backend.app.kit.db import Ctx, Tx, state
from backend.app.kit.errors import Conflict
from backend.app.kit.ids import new_id
from backend.app.kit.output.progress import ProgressBars
from backend.app.kit.output.terminal_text import printable
from backend.app.settings import Settings

RESTORED_FROM = "came_from"
"""Key under which a store records the store that it was restored from."""


def restore(
    settings: Settings,
    ctx: Ctx,
    path: Path,
    bars: ProgressBars,
    invalid: InvalidRows | None = None,
    identities: Identities | None = None,
) -> Manifest:
    """Create the store that the settings name, and its JSON files, from an archive.

    Raises BadArchive if the archive is damaged, and Conflict if the store is in use or not empty; nothing has changed
    then. `invalid` collects rows that are restored although this version would not write them.
    """
    place, root = location_of(settings), settings.data_dir_absolute
    settings = settings.model_copy(update={"mirror": is_mirrored(settings)})  # the note that says so is deleted
    with place.held():
        refuse_unless_empty(place, root)
        with zip_file.reading(path, identities) as archive, in_current_schema(archive, tables(), STATE) as source:
            with bars("verifying") as report:
                facts = check(source, report, InvalidRows() if invalid is None else invalid)
            what = {
                "file": printable(path.name),
                "sha256": archive.digest(),
                "store_id": archive.store.get(state.STORE_ID),
            }
            _load(place, source, facts, bars, (ctx, partial(_restored, what=what)))
            manifest = archive.manifest
        delete_json_files(root, tables())
    with open_store(settings):
        """Opening the store writes the JSON files."""
    return manifest


def refuse_unless_empty(place: StoreLocation, root: Path | None = None) -> None:
    """Raise Conflict if the location holds any data, or if JSON files in the data directory hold records."""
    if place.mark():
        raise Conflict(f"{place} holds an unfinished transfer: finish it first, or start again with --start-over")
    found = place.holds(tables()) or (json_records(root, tables()) if root is not None else {})
    if found:
        held = ", ".join(f"{name} ({count:,})" for name, count in found.items())
        raise Conflict(f"{place} is not empty: it holds {held}; choose an empty location, or move that away first")


def _load(place: StoreLocation, source: Source, facts: dict[str, Facts], bars: ProgressBars, act: Act) -> None:
    with place.filling(tables(), None, __version__) as target:
        with bars("restoring") as report:
            fill(target, source, report)
        with bars("comparing") as report:
            compare(target, facts, str(place), report)
        target.finish(source.store, facts, act)


def _restored(tx: Tx, what: dict[str, Any]) -> None:
    """Give the restored store a new id, and record where it came from. Links that it holds no longer open accounts."""
    state.put(tx, state.STORE_ID, new_id("store"))
    state.put(tx, state.ADOPTED, tx.now)
    state.put(tx, RESTORED_FROM, json.dumps(what | {"at": tx.now}))
    people.close_all(tx, "restored from an archive")
    hold.hold(tx, "the store was restored from an archive")
    audit.record_act(tx, "store.restored", "store", None, what)
