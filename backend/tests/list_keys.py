"""Comparison of the key columns of lists with the records that they are computed from."""

import json
from typing import Any

from sqlalchemy import select

from backend.app.kit.db import Query, Tx, doc_text
from backend.app.store_tables import TABLES


def key_faults(tx: Tx) -> list[str]:
    """Return what is wrong with the key columns of all lists; empty if they are as they should be."""
    found: list[str] = []
    for table in TABLES:
        if table.keys is None:
            continue
        k = table.keys.table
        docs = {
            seq: json.loads(doc) for seq, doc in tx.all(Query(select(table.table.c.seq, doc_text(table.table.c.doc))))
        }
        stored = {row[0]: dict(zip(k.c.keys(), row, strict=True)) for row in tx.all(Query(select(*k.c)))}
        expected = {
            seq: {"seq": seq, **table.keys.of(doc), **_computed(tx, table.name, doc)} for seq, doc in docs.items()
        }
        found += [
            f"{table.keys.name}: {stored.get(seq)} instead of {row}"
            for seq, row in expected.items()
            if stored.get(seq) != row
        ]
        found += [f"{table.keys.name}: row {seq} has no record" for seq in stored.keys() - expected.keys()]
    return found


def _computed(tx: Tx, table: str, doc: dict[str, Any]) -> dict[str, Any]:
    """Return the figures of a property, from all valuations and estimates."""
    if table != "properties":
        return {}
    named = {each.name: each for each in TABLES}
    values = [
        value
        for value in map(json.loads, (row[0] for row in tx.all(named["valuations"].every)))
        if value["property_id"] == doc["id"]
    ]
    latest = {value["kind"]: round(value["value"] * 100) for value in values}
    estimate = named["repair_rent"].find(tx, doc["id"])
    repairs = estimate.document["est_repairs"] if estimate else None
    return {
        "value_cents": latest.get("as_is"),
        "arv_cents": latest.get("after_repair"),
        "repairs_cents": None if repairs is None else round(repairs * 100),
        "currency": values[-1]["currency"] if values else None,
    }
