"""Stores for tests of archives: filled, compared, and inspected from outside."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from sqlalchemy import Column, Double, Integer

from backend.app.backups.contents import STATE, tables
from backend.app.backups.store_urls import location_of
from backend.app.bootstrap import open_store
from backend.app.core_gov.access.tokens import service as tokens
from backend.app.core_gov.audit import service as audit
from backend.app.core_gov.geography.city_names import city_key
from backend.app.core_gov.jv.documents import rebuild
from backend.app.core_gov.jv.ledger import service as ledger
from backend.app.core_gov.market import service as market
from backend.app.core_gov.market.sale import Sale
from backend.app.kit.archive.manifest import Facts, Tally
from backend.app.kit.archive.stores import StoreLocation
from backend.app.kit.archive.target import in_current_schema
from backend.app.kit.db import Ctx, InsertMany, Tx, metadata
from backend.app.kit.records import RecordTable
from backend.app.kit.requests import idempotency
from backend.app.settings import Settings
from backend.app.store_tables import TABLES, TYPED_TABLES

MakeSettings = Callable[[str], Settings]
"""Makes settings of an empty store on `sqlite` or `postgresql`: what the fixture `new` gives."""

ACTOR = Ctx("dana", "cli")

EVENTS = 3 * len(TABLES) + 3
"""Number of audit events in a store filled with three rounds, with two for the sales and one for the token."""

RESTORED = 2
"""Number of audit events that a restore adds: of itself, and of the hold on sending."""

AWKWARD: dict[str, Any] = {
    "text": "=1+1 é 桜 \U0001f600 \u2028 \x01\x7f\t\r\n \"'\\ ,\n]}",
    "numbers": [2**63 - 1, -(2**63), 0.1, 1e308, 5e-324, -0.0, 1.5e-7],
    "nothing": None,
    "deep": [[[{"": [True, False]}]]],
}


_OF_JOINT_VENTURES = {
    "agreement_id": "id_agreements_{}",
    "distribution_id": "id_distributions_{}",
    "reverses": "en_contributions_{}",
}
"""Fields by which the documents of a joint venture refer to each other."""


def records(tx: Tx, table: RecordTable[Any], number: int, meta: dict[str, Any] | None = None) -> None:
    """Insert records of any kind, made from their example, with their audit events."""
    fields = table.model.full_example()
    for name in fields.keys() & {"id", "property_id", "draft_id", "deal_id", "import_key"}:
        fields[name] = f"{name}_{table.name}_{number}"
    fields |= {name: made.format(number) for name, made in _OF_JOINT_VENTURES.items() if fields.get(name)}
    if "entry_id" in fields:
        fields |= {"entry_id": f"en_{table.name}_{number}", "source_key": f"{table.name}-{number}"}
    if table.key == "name" or table.name in {"views", "agreements"}:
        fields["name"] = f"{table.name}-{number}"
    if table.name in {"opt_outs", "consents"}:
        fields["address"] = f"+1416555{number:04}"
    if "meta" in fields:
        fields["meta"] = AWKWARD if meta is None else meta
    if table.tags is not None:
        fields["tags"] = [f"tag {number}", "è"]
    record = table.model.model_validate(fields)
    stored = table.insert(tx, record)
    audit.record_created(tx, table, getattr(record, table.key), stored)


def filled_with(settings: Settings, rounds: int = 3) -> Settings:
    """Create and close a store with this many records of every kind, a token and a stored response."""
    with open_store(settings) as store:
        store.db.write_now(ACTOR, everything, rounds)
    return settings


def everything(tx: Tx, rounds: int) -> None:
    for table in TABLES:
        for number in range(rounds):
            records(tx, table, number)
    market.upsert_sales(tx, "markets-0", "county", [sale(number) for number in range(rounds)])
    market.remove_sales(tx, "markets-0", "county", ["parcel 0"], "taken back")
    rebuild.complete(tx)
    for name in ROWS:
        rows(tx, name, rounds)
    tokens.create_token(tx, "office-toronto", "operator")
    request = idempotency.KeyedRequest("POST dana /core/deals", "key-1", "digest")
    idempotency.once(tx, request, lambda tx: idempotency.StoredResponse(201, '{"id":"é"}', None))


_BY_SERVICES = {
    *("audit_events", "access_tokens", "market_sales", "market_source_rows", "idempotency_keys"),
    *(table.name for table in ledger.TABLES),
}
ROWS = [name for name in TYPED_TABLES if name not in _BY_SERVICES]
"""Typed tables whose rows are whatever their columns can hold."""


def rows(tx: Tx, name: str, rounds: int) -> None:
    """Return rows of a typed table, with unusual texts and fractional numbers."""
    table = metadata.tables[name]
    names = tuple(column.name for column in table.columns if column.name != "seq")
    made = [{key: _value(table.c[key], number) for key in names} for number in range(rounds)]
    for row in made if name == "rent_comps" else ():
        row["city_key"] = city_key(str(row["city"]))  # opening a store corrects any other value
    tx.insert_many(InsertMany(table, names), made)


def _value(column: Column[Any], number: int) -> int | float | str:
    if isinstance(column.type, Double):
        return number + 0.1
    return number if isinstance(column.type, Integer) else f"{AWKWARD['text']} {number}"


def sale(number: int) -> Sale:
    """Return a sale with fractional numbers and unusual texts."""
    text = AWKWARD["text"]
    return Sale(
        f"parcel {number}", 64_000_050, "USD", "2015-01-31", "month", "2014-12-24", 47.5112, -122.257, "postal",
        *(1180.1, 5650.25, 3.0, 2.25), 1955, 1991, *(7.5, 3.0, 1.5, 1e-7, 0.0, 1.0),
        *(text, str(number), text, text, "98178", "98178", text, text),
        json.dumps(AWKWARD), '{"living_sqft":"m2"}',
    )  # fmt: skip


texts = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts,
    lambda children: st.lists(children, max_size=4) | st.dictionaries(texts, children, max_size=4),
    max_leaves=10,
)
metas = st.dictionaries(texts, json_values, max_size=4)


def facts(place: StoreLocation) -> dict[str, Facts]:
    """Return counts and digests of everything in a location."""
    found: dict[str, Facts] = {}
    with place.source(tables(), STATE, "") as raw, in_current_schema(raw, tables(), STATE) as source:
        for name in source.shapes:
            tally = Tally()
            for lines in source.lines(name):
                tally.add(lines)
            found[name] = tally.facts
    return found


def facts_of(settings: Settings) -> dict[str, Facts]:
    return facts(location_of(settings))


def without_audit(found: dict[str, Facts]) -> dict[str, Facts]:
    return {name: each for name, each in found.items() if name != "audit_events"}


def tree(root: Path) -> dict[str, bytes]:
    """Return all files and folders below a folder, with their bytes."""
    return {path.relative_to(root).as_posix(): path.read_bytes() if path.is_file() else b"" for path in root.rglob("*")}


def items(path: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(path.read_bytes())["items"]
    return found
