"""Decisions on the models of a market: which ones values use, and which are deleted."""

from dataclasses import replace

from backend.app.core_gov.audit import service as audit
from backend.app.core_gov.market import service as markets
from backend.app.core_gov.valuation import store
from backend.app.core_gov.valuation.model_card import Card
from backend.app.core_gov.valuation.schemas import ModelFacts
from backend.app.core_gov.valuation.service import READABLE, facts_of, latest_card
from backend.app.kit import clock
from backend.app.kit.db import Tx
from backend.app.kit.errors import Conflict


def use_model(tx: Tx, model_id: str) -> ModelFacts:
    """Use a model for values from its day on, and set the newer models of its market aside. Safe to repeat.

    Models set aside stay on file and can be used again. Raises NotFound if the model does not exist, Conflict if this
    version cannot read it.
    """
    card = _locked(tx, model_id)
    if card.version not in READABLE:
        readable = f"{min(READABLE)} to {max(READABLE)}"
        raise Conflict(f"{card.id} has format {card.version}, this version reads {readable}: train a new model")
    newer = [each for each in store.models(tx, card.market) if each.in_use and each.age_key > card.age_key]
    used = replace(card, in_use=True)
    if card.in_use and not newer:
        return facts_of(card)
    for each in (used, *(replace(each, in_use=False) for each in newer)):
        store.decide(tx, each)
    facts = {"market": card.market, "until": card.until, "in_use": True, "set_aside": [each.id for each in newer]}
    audit.record_act(tx, "model.used", "model", card.id, facts, {"in_use": card.in_use})
    return facts_of(used)


def delete_model(tx: Tx, model_id: str) -> ModelFacts:
    """Delete a model and the decision on it. Stored valuations keep its version.

    Raises NotFound if it does not exist, Conflict if it is the one that values of today use.
    """
    card = _locked(tx, model_id)
    current = latest_card(tx, card.market, clock.today())
    if current is not None and current.id == card.id:
        raise Conflict(
            f"{card.id} is the model that values of today use: put another one of {card.market} to use first, with "
            "`valhalla market models use ID`"
        )
    store.remove_model(tx, card.id)
    facts = {"market": card.market, "until": card.until, "fingerprint": card.fingerprint, "in_use": card.in_use}
    audit.record_act(tx, "model.deleted", "model", card.id, facts | {"version": card.facts["version"]})
    return facts_of(card)


def _locked(tx: Tx, model_id: str) -> Card:
    """Return the card of a model, and lock the models of its market against other decisions until the unit ends."""
    markets.lock_market(tx, store.get_model(tx, model_id).market)
    return store.get_model(tx, model_id)


def list_uses(tx: Tx, market: str) -> list[tuple[Card, str]]:
    """Return the models of a market, newest first, each with its use in words. Raises NotFound for no such market."""
    markets.get_market(tx, market)
    current = latest_card(tx, market, clock.today())
    return [(card, _use_of(card, current)) for card in store.models(tx, market)]


def _use_of(card: Card, current: Card | None) -> str:
    if not card.in_use:
        lost = card.comparison is not None and not card.comparison["passed"]
        return "not used, worse than the model in use" if lost else "set aside"
    if card.version not in READABLE:
        return "not readable by this version"
    return "in use" if current is not None and current.id == card.id else "in use for earlier days"
