"""Final comparison of acknowledged records with the service's responses and the JSON files."""

import json
import time
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path

from soak.connection import Connection, Doc
from soak.refusals import DEALS, DRAFTS, LINKS, PARTNERS, PROPERTIES, SENDLOG
from soak.virtual_user import UPSERTS, Known, VirtualUser

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
FILES_TIMEOUT_S = 60.0
_MAX_IDS = 3


def everything(connection: Connection, path: str) -> list[Doc]:
    """Return all records of a list, oldest first."""
    found: list[Doc] = []
    cursor = ""
    while True:
        page = connection.request("GET", f"{path}?limit=500{cursor}").doc
        found += page["items"]
        if "next_cursor" not in page:
            return found[::-1]
        cursor = f"&cursor={page['next_cursor']}"


def acknowledged(virtual_users: Sequence[VirtualUser]) -> dict[str, list[Doc]]:
    """Return the records acknowledged to all users, by list."""
    kept = {path: [known.doc for known in _known(virtual_users, path)] for path in FILES if path != SENDLOG}
    return kept | {SENDLOG: [known.entry for known in _known(virtual_users, DRAFTS) if known.entry is not None]}


def differences(name: str, expected: Sequence[Doc], stored: Sequence[Doc], key: str = "id") -> Iterator[str]:
    """Yield a sentence for each kind of difference between acknowledged and stored records."""
    by_key, found = {doc[key]: doc for doc in expected}, {doc[key]: doc for doc in stored}
    groups = {
        "acknowledged and lost": by_key.keys() - found.keys(),
        "stored without acknowledgment": found.keys() - by_key.keys(),
        "stored with other content than acknowledged": {
            k for k in by_key.keys() & found.keys() if by_key[k] != found[k]
        },
    }
    if len(found) != len(stored):
        yield f"{name}: {len(stored) - len(found)} stored twice"
    for what, ids in groups.items():
        if ids:
            yield f"{name}: {len(ids)} {what}, such as {', '.join(sorted(ids)[:_MAX_IDS])}"


def lost_or_changed(connection: Connection, virtual_users: Sequence[VirtualUser]) -> list[str]:
    """Compare the acknowledged records with the service's current responses."""
    expected = acknowledged(virtual_users)
    found = [differences(path, expected[path], everything(connection, path)) for path in FILES]
    return [*chain(*found), *_upserts_changed(connection, virtual_users)]


def stale_files(data_dir: Path, connection: Connection, virtual_users: Sequence[VirtualUser]) -> list[str]:
    """Compare the JSON files with the service's responses, after time to write them."""
    expected = {FILES[path]: everything(connection, path) for path in FILES}
    until = time.monotonic() + FILES_TIMEOUT_S
    while True:
        wrong = list(_files_wrong(data_dir, expected, virtual_users))
        if not wrong or time.monotonic() > until:
            return wrong
        time.sleep(0.5)


def _files_wrong(data_dir: Path, expected: dict[str, list[Doc]], virtual_users: Sequence[VirtualUser]) -> Iterator[str]:
    for file, docs in expected.items():
        if _items(data_dir / file) != docs:
            yield f"{file} differs from the service's responses"
    for kind, file in UPSERT_FILES.items():
        expected_upserts = [known.upserts[kind] for known in _known(virtual_users, PROPERTIES) if kind in known.upserts]
        yield from differences(file, expected_upserts, _items(data_dir / file), key="property_id")


def _items(path: Path) -> list[Doc]:
    items: list[Doc] = json.loads(path.read_bytes())["items"] if path.exists() else []
    return items


def _upserts_changed(connection: Connection, virtual_users: Sequence[VirtualUser]) -> Iterator[str]:
    for kind in UPSERTS:
        kept = [known for known in _known(virtual_users, PROPERTIES) if kind in known.upserts]
        stored = [connection.request("GET", f"{known.url}/{kind}").doc for known in kept]
        yield from differences(kind, [known.upserts[kind] for known in kept], stored, key="property_id")


def _known(virtual_users: Sequence[VirtualUser], path: str) -> list[Known]:
    return [known for virtual_user in virtual_users for known in virtual_user.known[path]]
