"""Tables of trained models and ratio studies."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Column, Index, Integer, Table, Text, bindparam, delete, func, insert, select

from backend.app.core_gov.valuation.model_card import Card
from backend.app.kit.db import Query, Tx, metadata
from backend.app.kit.db.sql import one_of
from backend.app.kit.errors import NotFound

market_models = Table(
    "market_models",
    metadata,
    Column("id", Text, primary_key=True),
    Column("market", Text, nullable=False),
    Column("until", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("fingerprint", Text, nullable=False),
    Column("card", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("created_at", Text, nullable=False),
)
"""Trained models.

A model uses the sales that closed before `until`; `fingerprint` is their digest. `card` is its metadata (JSON), `body`
the model itself.
"""
Index("ix_market_models_market", market_models.c.market, market_models.c.until, market_models.c.created_at)

model_decisions = Table(
    "model_decisions",
    metadata,
    Column("model_id", Text, primary_key=True),
    Column("in_use", Integer, nullable=False),
    Column("comparison", Text),
    Column("decided_at", Text, nullable=False),
)
"""Decisions on the use of models for values: `in_use` is 0 or 1. A model without a row is used.

`comparison` is the comparison with the model that was in use when this one was trained (JSON); null if there was none.
"""

market_studies = Table(
    "market_studies",
    metadata,
    Column("id", Text, primary_key=True),
    Column("market", Text, nullable=False),
    Column("report", Text, nullable=False),
    Column("created_at", Text, nullable=False),
)
Index("ix_market_studies_market", market_studies.c.market, market_studies.c.created_at)

_m, _d, _s = market_models.c, model_decisions.c, market_studies.c
_in_use = func.coalesce(_d.in_use, 1)
_cards = select(
    *(_m.id, _m.market, _m.until, _m.version, _m.fingerprint, _m.card, _m.created_at), _in_use, _d.comparison
).select_from(market_models.outerjoin(model_decisions, _d.model_id == _m.id))
_add = Query(insert(market_models).values({name: bindparam(name) for name in market_models.c.keys()}))  # noqa: SIM118
_latest = Query(
    _cards.where(
        _in_use == 1,
        _m.market == bindparam("market"),
        one_of(_m.version, "versions"),
        _m.until <= bindparam("as_of"),
    )
    .order_by(_m.until.desc(), _m.created_at.desc(), _m.id.desc())
    .limit(1)
)
_same = Query(
    _cards.where(
        _m.market == bindparam("market"),
        _m.until == bindparam("until"),
        one_of(_m.version, "versions"),
        _m.fingerprint == bindparam("fingerprint"),
    )
    .order_by(_m.created_at)
    .limit(1)
)
_body = Query(select(_m.body).where(_m.id == bindparam("model_id")))
_one = Query(_cards.where(_m.id == bindparam("model_id")))
_every = Query(_cards.where(_m.market == bindparam("market")).order_by(_m.created_at.desc(), _m.id.desc()))
_remove = Query(delete(market_models).where(_m.id == bindparam("model_id")))
_decide = Query(insert(model_decisions).values({name: bindparam(name) for name in model_decisions.c.keys()}))  # noqa: SIM118
_remove_decision = Query(delete(model_decisions).where(_d.model_id == bindparam("model_id")))
_add_study = Query(insert(market_studies).values({name: bindparam(name) for name in market_studies.c.keys()}))  # noqa: SIM118
_study = Query(
    select(_s.report).where(_s.market == bindparam("market")).order_by(_s.created_at.desc(), _s.id.desc()).limit(1)
)


def _card(row: tuple[Any, ...] | None) -> Card | None:
    if row is None:
        return None
    model_id, market, until, version, fingerprint, facts, created_at, in_use, comparison = row
    found = json.loads(comparison) if comparison is not None else None
    return Card(model_id, market, until, version, fingerprint, json.loads(facts), created_at, bool(in_use), found)


def add_model(tx: Tx, card: Card, body: str) -> None:
    """Store a model, and what its card says of its use."""
    tx.run(
        _add,
        id=card.id, market=card.market, until=card.until, version=card.version, fingerprint=card.fingerprint,
        card=json.dumps(card.facts), body=body, created_at=card.created_at,
    )  # fmt: skip
    if not card.in_use or card.comparison is not None:
        decide(tx, card)


def decide(tx: Tx, card: Card) -> None:
    """Store what the card of a model says of its use, in place of an earlier decision."""
    tx.run(_remove_decision, model_id=card.id)
    comparison = None if card.comparison is None else json.dumps(card.comparison)
    tx.run(_decide, model_id=card.id, in_use=int(card.in_use), comparison=comparison, decided_at=tx.now)


def remove_model(tx: Tx, model_id: str) -> None:
    """Remove a model and the decision on its use."""
    tx.run(_remove_decision, model_id=model_id)
    tx.run(_remove, model_id=model_id)


def get_model(tx: Tx, model_id: str) -> Card:
    """Return the card of a model. Raises NotFound if it does not exist."""
    found = _card(tx.one(_one, model_id=model_id))
    if found is None:
        raise NotFound("model")
    return found


def same_model(tx: Tx, market: str, until: str, versions: Sequence[str], fingerprint: str) -> Card | None:
    """Return the model of one of the versions that was trained on the same sales, or None."""
    return _card(tx.one(_same, market=market, until=until, versions=json.dumps([*versions]), fingerprint=fingerprint))


def latest_model(tx: Tx, market: str, versions: Sequence[str], as_of: str) -> Card | None:
    """Return the newest model in use, of one of the versions, trained only on sales before a day, or None."""
    return _card(tx.one(_latest, market=market, versions=json.dumps([*versions]), as_of=as_of))


def models(tx: Tx, market: str) -> list[Card]:
    """Return every model of a market, newest first."""
    return [card for row in tx.all(_every, market=market) if (card := _card(row))]


def body_of(tx: Tx, model_id: str) -> str:
    """Return the JSON of a model. Raises NotFound if it does not exist."""
    row = tx.one(_body, model_id=model_id)
    if row is None:
        raise NotFound("model")
    return str(row[0])


def add_study(tx: Tx, study_id: str, market: str, report: str) -> None:
    tx.run(_add_study, id=study_id, market=market, report=report, created_at=tx.now)


def latest_study(tx: Tx, market: str) -> str:
    """Return the report of the market's last study, as JSON. Raises NotFound if there is none."""
    row = tx.one(_study, market=market)
    if row is None:
        raise NotFound("study", f"`valhalla market study --market {market}` makes one")
    return str(row[0])
