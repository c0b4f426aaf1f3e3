"""Final comparison of acknowledged records with the service's responses and the JSON files."""

import json
import time
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path

from soak.desk import OF_A_PROPERTY, Desk, Known
from soak.refusals import DEALS, DRAFTS, LINKS, PARTNERS, PROPERTIES, SENDLOG
from soak.wire import Doc, Wire

FILES = {
    DRAFTS: "comms/drafts.json",
    SENDLOG: "comms/sendlog.json",
    PARTNERS: "jv/partners.json",
    LINKS: "jv/links.json",
    PROPERTIES: "property/properties.json",
    DEALS: "deals/deals.json",
}
UPSERT_FILES = {
    "neighborhood_rating": "property/ratings.json",
    "comps": "property/comps.json",
    "repair_rent": "property/repair_rent.json",
}
IN_STEP_WITHIN_S = 60.0
_NAMED = 3


def everything(wire: Wire, path: str) -> list[Doc]:
    """Return all records of a list, oldest first."""
    found: list[Doc] = []
    cursor = ""
    while True:
        page = wire.ask("GET", f"{path}?limit=500{cursor}").doc
        found += page["items"]
        if "next_cursor" not in page:
            return found[::-1]
        cursor = f"&cursor={page['next_cursor']}"


def acknowledged(desks: Sequence[Desk]) -> dict[str, list[Doc]]:
    """Return the records acknowledged to all users, by list."""
    kept = {path: [known.doc for known in _known(desks, path)] for path in FILES if path != SENDLOG}
    return kept | {SENDLOG: [known.entry for known in _known(desks, DRAFTS) if known.entry is not None]}


def differences(name: str, told: Sequence[Doc], stored: Sequence[Doc], key: str = "id") -> Iterator[str]:
    """Yield a sentence for each kind of difference between acknowledged and stored records."""
    ours, found = {doc[key]: doc for doc in told}, {doc[key]: doc for doc in stored}
    groups = {
        "acknowledged and lost": ours.keys() - found.keys(),
        "stored and acknowledged to nobody": found.keys() - ours.keys(),
        "stored with other content than was acknowledged": {
            k for k in ours.keys() & found.keys() if ours[k] != found[k]
        },
    }
    if len(found) != len(stored):
        yield f"{name}: {len(stored) - len(found)} stored twice"
    for what, ids in groups.items():
        if ids:
            yield f"{name}: {len(ids)} {what}, such as {', '.join(sorted(ids)[:_NAMED])}"


def lost_or_changed(wire: Wire, desks: Sequence[Desk]) -> list[str]:
    """Compare the acknowledged records with the service's current responses."""
    told = acknowledged(desks)
    found = [differences(path, told[path], everything(wire, path)) for path in FILES]
    return [*chain(*found), *_upserts_changed(wire, desks)]


def files_out_of_step(data_dir: Path, wire: Wire, desks: Sequence[Desk]) -> list[str]:
    """Compare the JSON files with the service's responses, after time to write them."""
    expected = {FILES[path]: everything(wire, path) for path in FILES}
    until = time.monotonic() + IN_STEP_WITHIN_S
    while True:
        wrong = list(_files_wrong(data_dir, expected, desks))
        if not wrong or time.monotonic() > until:
            return wrong
        time.sleep(0.5)


def _files_wrong(data_dir: Path, expected: dict[str, list[Doc]], desks: Sequence[Desk]) -> Iterator[str]:
    for file, docs in expected.items():
        if _items(data_dir / file) != docs:
            yield f"{file} does not hold what the service answers"
    for kind, file in UPSERT_FILES.items():
        told = [known.upserts[kind] for known in _known(desks, PROPERTIES) if kind in known.upserts]
        yield from differences(file, told, _items(data_dir / file), key="property_id")


def _items(path: Path) -> list[Doc]:
    items: list[Doc] = json.loads(path.read_bytes())["items"] if path.exists() else []
    return items


def _upserts_changed(wire: Wire, desks: Sequence[Desk]) -> Iterator[str]:
    for kind in OF_A_PROPERTY:
        kept = [known for known in _known(desks, PROPERTIES) if kind in known.upserts]
        stored = [wire.ask("GET", f"{known.url}/{kind}").doc for known in kept]
        yield from differences(kind, [known.upserts[kind] for known in kept], stored, key="property_id")


def _known(desks: Sequence[Desk], path: str) -> list[Known]:
    return [known for desk in desks for known in desk.known[path]]
