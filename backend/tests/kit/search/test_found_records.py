"""The search finds what reading every record finds, after any sequence of changes, on both databases."""

import json
import re
import unicodedata
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.app.bootstrap import Store
from backend.app.core_gov.comms import service as comms
from backend.app.core_gov.comms.schemas import DraftCreate, DraftPatch
from backend.app.core_gov.jv import service as jv
from backend.app.core_gov.jv.schemas import PartnerCreate, PartnerPatch
from backend.app.core_gov.search import service as search
from backend.app.deals import service as deals
from backend.app.deals.schemas import DealCreate, DealPatch
from backend.app.kit.db import Ctx, Tx
from backend.app.kit.records import RecordTable
from backend.app.kit.search import find
from backend.app.store_tables import TABLES
from backend.tests.promises import promise

WORDS = (
    "elm",
    "elms",
    "l’Écureuil",
    "ecureuil",
    "Œuvre",
    "straße",
    "416-555-0123",
    "4165550199",
    "a",
    "ab",
    "日本",
    "x",
)
TEXT = st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map(" ".join)
TYPED = st.one_of(
    st.lists(
        st.sampled_from((*WORDS, "e", "el", "ecu", "stras", "416", "555", "(416) 555", "1 416 5", "日")), max_size=3
    )
    .filter(bool)
    .map(" ".join),
    st.text(st.sampled_from("aelmœ4165'’- 日"), min_size=1, max_size=6),
)
CHANGE = st.tuples(st.sampled_from(("deal", "partner", "draft")), st.booleans(), TEXT)


def apply(tx: Tx, changes: list[tuple[str, bool, str]]) -> None:
    """Create or change records, all in one transaction."""
    tables: dict[str, RecordTable[Any]] = {"deal": deals.TABLES[0], "partner": jv.TABLES[0], "draft": comms.TABLES[0]}
    for kind, is_new, text in changes:
        newest = tables[kind].page(tx, {}, 1, None)
        key = None if is_new or not newest.docs else json.loads(newest.docs[0])["id"]
        match kind:
            case "deal" if key:
                deals.patch_deal(tx, key, DealPatch.model_validate({"notes": text}))
            case "deal":
                deals.create_deal(tx, DealCreate(name=text))
            case "partner" if key:
                jv.patch_partner(tx, key, PartnerPatch.model_validate({"phone": text}))
            case "partner":
                jv.create_partner(tx, PartnerCreate(name=text, phone="416 555 0123"))
            case "draft" if key:
                comms.patch_draft(tx, key, DraftPatch.model_validate({"body": text}))
            case _:
                comms.create_draft(tx, DraftCreate(body=text, channel="other"))


def plain(text: str) -> str:
    """Return the text without accents and case, by other means than the product."""
    special = text.casefold().replace("œ", "oe").replace("’", "").replace("'", "")
    return "".join(char for char in unicodedata.normalize("NFKD", special) if not unicodedata.combining(char))


def words(text: str) -> list[str]:
    spaced = "".join(char if char.isalnum() else " " for char in plain(text))
    return spaced.split()


def is_match(fields: dict[str, Any], typed: str) -> bool:
    """Return whether a record has words or an identifier of which the typed text is the beginning."""
    texts = [fields.get(name) for name in ("name", "notes", "body", "phone")]
    found = [word for text in texts if text for word in (*words(text), *words(text.replace("’", " ")))]
    if all(any(word.startswith(each) for word in found) for each in words(typed)):
        return True
    compact = "".join(words(typed))
    if len(compact) < 3 or not any(char.isdigit() for char in compact):
        return False
    keys = [
        fields["id"].replace("_", ""),
        *("".join(words(fields.get(name) or "")) for name in ("phone", "phone_e164")),
    ]
    starts = (compact, compact[1:]) if re.fullmatch("1[2-9][0-9]+", compact) else (compact,)
    return any(key.startswith(starts) or key.removeprefix("1").startswith(starts) for key in keys)


def scanned(tx: Tx, typed: str) -> set[str]:
    documents = (json.loads(row[0]) for table in TABLES if table.searched is not None for row in tx.all(table.every))
    return {fields["id"] for fields in documents if is_match(fields, typed)}


def created(record_id: str) -> str:
    """Return the part of an id that tells the millisecond of its creation."""
    return record_id.rpartition("_")[2][:12]


@promise("Records and lists", "A search finds what reading every record finds, after any sequence of changes.")
@pytest.mark.parametrize("newest", [0, 3])
def test_finds_what_a_scan_finds(store: Store, ctx: Ctx, newest: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(find, "NEWEST", newest)  # older entries are found by the index

    @settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow])
    @given(st.lists(st.lists(CHANGE, max_size=4), max_size=4), st.lists(TYPED, min_size=1, max_size=5))
    def check_all(units: list[list[tuple[str, bool, str]]], searches: list[str]) -> None:
        for changes in units:
            store.db.write_now(ctx, apply, changes)
        for typed in searches:
            if not words(typed):
                continue
            hits = store.db.snapshot_now(search.search, typed, 10_000)
            found = [hit.id for hit in hits.items]
            assert len(found) == len(set(found))
            assert set(found) == store.db.snapshot_now(scanned, typed), typed
            for group in {(hit.exact, hit.kind) for hit in hits.items}:
                times = [created(hit.id) for hit in hits.items if (hit.exact, hit.kind) == group]
                assert times == sorted(times, reverse=True)

    check_all()
