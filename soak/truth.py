"""Final comparison of acknowledged records with the service's responses and the JSON files."""

import json
import time
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path

from soak.connection import Connection, Doc
from soak.refusals import DEALS, DRAFTS, LINKS, PARTNERS, PROPERTIES, SENDLOG
from soak.virtual_user import OF_A_PROPERTY, Known, VirtualUser

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


def everything(connection: Connection, path: str) -> list[Doc]:
    """Return all records of a list, oldest first."""
    found: list[Doc] = []
    cursor = ""
    while True:
        page = connection.ask("GET", f"{path}?limit=500{cursor}").doc
        found += page["items"]
        if "next_cursor" not in page:
            return found[::-1]
        cursor = f"&cursor={page['next_cursor']}"


def acknowledged(virtual_users: Sequence[VirtualUser]) -> dict[str, list[Doc]]:
    """Return the records acknowledged to all users, by list."""
    kept = {path: [known.doc for known in _known(virtual_users, path)] for path in FILES if path != SENDLOG}
    return kept | {SENDLOG: [known.entry for known in _known(virtual_users, DRAFTS) if known.entry is not None]}


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


def lost_or_changed(connection: Connection, virtual_users: Sequence[VirtualUser]) -> list[str]:
    """Compare the acknowledged records with the service's current responses."""
    told = acknowledged(virtual_users)
    found = [differences(path, told[path], everything(connection, path)) for path in FILES]
    return [*chain(*found), *_upserts_changed(connection, virtual_users)]


def files_out_of_step(data_dir: Path, connection: Connection, virtual_users: Sequence[VirtualUser]) -> list[str]:
    """Compare the JSON files with the service's responses, after time to write them."""
    expected = {FILES[path]: everything(connection, path) for path in FILES}
    until = time.monotonic() + IN_STEP_WITHIN_S
    while True:
        wrong = list(_files_wrong(data_dir, expected, virtual_users))
        if not wrong or time.monotonic() > until:
            return wrong
        time.sleep(0.5)


def _files_wrong(data_dir: Path, expected: dict[str, list[Doc]], virtual_users: Sequence[VirtualUser]) -> Iterator[str]:
    for file, docs in expected.items():
        if _items(data_dir / file) != docs:
            yield f"{file} does not hold what the service answers"
    for kind, file in UPSERT_FILES.items():
        told = [known.upserts[kind] for known in _known(virtual_users, PROPERTIES) if kind in known.upserts]
        yield from differences(file, told, _items(data_dir / file), key="property_id")


def _items(path: Path) -> list[Doc]:
    items: list[Doc] = json.loads(path.read_bytes())["items"] if path.exists() else []
    return items


def _upserts_changed(connection: Connection, virtual_users: Sequence[VirtualUser]) -> Iterator[str]:
    for kind in OF_A_PROPERTY:
        kept = [known for known in _known(virtual_users, PROPERTIES) if kind in known.upserts]
        stored = [connection.ask("GET", f"{known.url}/{kind}").doc for known in kept]
        yield from differences(kind, [known.upserts[kind] for known in kept], stored, key="property_id")


def _known(virtual_users: Sequence[VirtualUser], path: str) -> list[Known]:
    return [known for virtual_user in virtual_users for known in virtual_user.known[path]]
