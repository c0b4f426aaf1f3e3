"""Revaluation of the properties of a market on a schedule."""

from typing import Any

import pytest
import time_machine

from backend.app.bootstrap import Store
from backend.app.core_gov.property import service as property_
from backend.app.core_gov.property.revaluation import RevaluationRequest, revalue
from backend.app.core_gov.property.scheduled_valuations import revaluation, service
from backend.app.core_gov.property.scheduled_valuations.revaluation import revalue_market
from backend.app.core_gov.property.schemas import PropertyCreate
from backend.app.core_gov.property.valuation import value
from backend.app.core_gov.valuation.schemas import ValuationRequest
from backend.app.kit.db import Ctx
from backend.app.kit.errors import Conflict, NotFound
from backend.tests.core_gov.valuation import town
from backend.tests.promises import promise

DAY = "2025-04-15"


def keep(store: Store, ctx: Ctx, **other: Any) -> str:
    payload = PropertyCreate.model_validate(town.HOME | other)
    return str(store.db.write_now(ctx, property_.create_property, payload).fields["id"])


def kinds(store: Store, home: str) -> list[bool]:
    """Return how many values a property has, as is and after repair."""
    return [
        bool(store.db.snapshot_now(service.list_scheduled, home, kind, 10, None).docs)
        for kind in ("as_is", "after_repair")
    ]


@promise(
    "Valuation", "A market is revalued on a schedule: its active properties as is, and those with an ARV as repaired."
)
def test_active_properties_of_the_market_are_valued(
    town_store: Store, ctx: Ctx, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(revaluation, "BATCH", 2)
    homes = [keep(town_store, ctx, sqft=1500 + 100 * at) for at in range(3)]
    left = [keep(town_store, ctx, status="sold"), keep(town_store, ctx, latitude=25.77, longitude=-80.2)]
    left.append(keep(town_store, ctx, market="elsewhere"))
    steps: list[tuple[int, int]] = []
    with time_machine.travel(f"{DAY}T12:00:00Z", tick=False):
        repaired = value(town_store.db, homes[0], ValuationRequest(kind="after_repair", as_of="2025-01-15"))
        repaired.values["value"] = 1.0
        town_store.db.write_now(ctx, property_.save_valuation, repaired)
        first = revalue_market(town_store.db, ctx, "town", lambda *step: steps.append(step))
        again = revalue_market(town_store.db, ctx, "town", lambda *step: steps.append(step))
        by_hand = revalue(
            town_store.db, ctx, RevaluationRequest(town.day_of(DAY), "as_is", (homes[1],)), lambda *_: None
        )
    assert (first.sentence, again.sentence) == ("4 values computed, 4 stored", "4 values computed, 0 stored")
    assert [kinds(town_store, home) for home in homes] == [[True, True], [True, False], [True, False]]
    assert [kinds(town_store, home) for home in left] == [[False, False]] * 3
    assert steps[-1] == (3, 3)
    assert by_hand.valued == 1  # a value made by a person stays a record of its own


def test_market_whose_properties_cannot_be_valued_fails(store: Store, ctx: Ctx) -> None:
    town.put(store.db, [])
    assert revalue_market(store.db, ctx, "town", lambda *_: None).sentence == "0 values computed, 0 stored"
    keep(store, ctx, market="town")
    with pytest.raises(Conflict, match="no property of the market town could be valued: "):
        revalue_market(store.db, ctx, "town", lambda *_: None)
    with pytest.raises(NotFound, match="market not found"):
        revalue_market(store.db, ctx, "nowhere", lambda *_: None)
