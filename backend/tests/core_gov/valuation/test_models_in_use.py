"""Choice of the model that values use: an earlier one, two processes at once, and deletion."""

from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import replace
from threading import Event

import httpx
import pytest

from backend.app.bootstrap import Store, open_store
from backend.app.core_gov.audit import service as audit
from backend.app.core_gov.valuation import models_in_use, service
from backend.app.core_gov.valuation import store as valuation_store
from backend.app.core_gov.valuation.model_card import Card
from backend.app.kit.db import Database, Tx
from backend.app.kit.errors import Conflict, NotFound
from backend.tests.contract.answers import refused
from backend.tests.core_gov.valuation import town
from backend.tests.harness import SOON_S
from backend.tests.promises import promise

EARLIER = "2025-01-01"


@pytest.fixture
def two_models(town_store: Store) -> tuple[Database, str, str]:
    """A store with two models of the town; return the ids of the earlier and of the newer one."""
    card, body = town.trained(town.CUT)
    earlier = replace(card, id="mdl_earlier", until=EARLIER)
    town_store.db.write_now(town.CLERK, valuation_store.add_model, earlier, body)
    return town_store.db, earlier.id, card.id


def used_for(db: Database, day: str) -> str | None:
    found = service.model_for(db, "town", town.day_of(day))
    return found[0].id if found else None


def acts(db: Database, action: str) -> int:
    return len(db.snapshot_now(audit.list_events, {"action": action}, 9, None).docs)


def uses(db: Database) -> dict[str, str]:
    return {card.id: use for card, use in db.snapshot_now(models_in_use.list_uses, "town")}


@promise("Valuation", "A person chooses the model that values use; newer ones are set aside and can be used again.")
def test_earlier_model_is_used_again(two_models: tuple[Database, str, str]) -> None:
    db, earlier, newer = two_models
    assert uses(db) == {newer: "in use", earlier: "in use for earlier days"}
    for _ in range(2):
        assert db.write_now(town.CLERK, models_in_use.use_model, earlier).in_use
    assert uses(db) == {newer: "set aside", earlier: "in use"}
    assert (used_for(db, town.CUT), used_for(db, "2024-12-31")) == (earlier, None)
    assert acts(db, "model.used") == 1
    db.write_now(town.CLERK, models_in_use.use_model, newer)
    assert (used_for(db, town.CUT), used_for(db, EARLIER)) == (newer, earlier)


def test_a_decision_waits_for_that_of_another_process(two_models: tuple[Database, str, str], town_store: Store) -> None:
    """Otherwise a model could be deleted while another process puts it to use."""
    db, earlier, _ = two_models
    begun, deleting = Event(), Event()

    def use_slowly(tx: Tx) -> None:
        models_in_use.use_model(tx, earlier)
        begun.set()
        deleting.wait(SOON_S)

    with open_store(town_store.settings) as other, ThreadPoolExecutor(2) as people:
        used = people.submit(db.write_now, town.CLERK, use_slowly)
        assert begun.wait(SOON_S)
        deleted = people.submit(other.db.write_now, town.CLERK, models_in_use.delete_model, earlier)
        wait([deleted], 0.3)  # long enough to delete it, if it did not wait
        deleting.set()
        used.result()
        with pytest.raises(Conflict, match="is the model that values of today use"):
            deleted.result()
    assert uses(db)[earlier] == "in use"


@promise("Valuation", "The model that values of today use cannot be deleted; another one can.")
def test_model_in_use_is_not_deleted(two_models: tuple[Database, str, str]) -> None:
    db, earlier, newer = two_models
    with pytest.raises(Conflict, match=rf"^{newer} is the model that values of today use: put another"):
        db.write_now(town.CLERK, models_in_use.delete_model, newer)
    db.write_now(town.CLERK, models_in_use.use_model, earlier)
    assert db.write_now(town.CLERK, models_in_use.delete_model, newer).id == newer
    assert uses(db) == {earlier: "in use"}
    assert acts(db, "model.deleted") == 1
    with pytest.raises(NotFound, match="model not found"):
        db.write_now(town.CLERK, models_in_use.delete_model, newer)


def test_model_that_is_deleted_while_it_is_looked_up_is_not_used(
    two_models: tuple[Database, str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    db, earlier, _ = two_models
    original = service.latest_card

    def then_deleted(tx: Tx, market: str, as_of: str) -> Card | None:
        card = original(tx, market, as_of)
        if card is not None:
            db.write_now(town.CLERK, models_in_use.delete_model, card.id)
        return card

    monkeypatch.setattr(service, "latest_card", then_deleted)
    assert used_for(db, EARLIER) is None
    assert earlier not in uses(db)


def test_unreadable_model_is_not_used(town_store: Store) -> None:
    card, body = town.trained(town.CUT)
    town_store.db.write_now(town.CLERK, valuation_store.add_model, replace(card, id="mdl_0", version="0"), body)
    with pytest.raises(Conflict, match=r"^mdl_0 has format 0, this version reads 1 to 3: train a new model$"):
        town_store.db.write_now(town.CLERK, models_in_use.use_model, "mdl_0")
    assert uses(town_store.db)["mdl_0"] == "not readable by this version"


@promise(
    "Valuation",
    "`POST /core/market/models/{model_id}/use` uses a model for values from its day on; `DELETE "
    "/core/market/models/{model_id}` deletes one that values of today do not use. Both need the role admin.",
)
def test_models_are_used_and_deleted_over_http(town_api: httpx.Client) -> None:
    card, _ = town.trained(town.CUT)
    used = town_api.post(f"/core/market/models/{card.id}/use").json()
    assert (used["id"], used["in_use"], used["comparison"]) == (card.id, True, None)
    said = f"{card.id} is the model that values of today use: put another one of town to use first"
    refused(town_api.delete(f"/core/market/models/{card.id}"), 409, f"{said}, with `valhalla market models use ID`")
    refused(town_api.delete("/core/market/models/mdl_0"), 404, "model not found")
