"""Tables of trained models and ratio studies."""

import json
from typing import Any

from sqlalchemy import Column, Index, Table, Text, bindparam, insert, select

from backend.app.core_gov.valuation.model_card import Card
from backend.app.kit.db import Query, Tx, metadata
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

market_studies = Table(
    "market_studies",
    metadata,
    Column("id", Text, primary_key=True),
    Column("market", Text, nullable=False),
    Column("report", Text, nullable=False),
    Column("created_at", Text, nullable=False),
)
Index("ix_market_studies_market", market_studies.c.market, market_studies.c.created_at)

_m, _s = market_models.c, market_studies.c
_CARD = (_m.id, _m.market, _m.until, _m.version, _m.fingerprint, _m.card, _m.created_at)
_add = Query(insert(market_models).values({name: bindparam(name) for name in market_models.c.keys()}))  # noqa: SIM118
_latest = Query(
    select(*_CARD)
    .where(_m.market == bindparam("market"), _m.version == bindparam("version"), _m.until <= bindparam("as_of"))
    .order_by(_m.until.desc(), _m.created_at.desc(), _m.id.desc())
    .limit(1)
)
_same = Query(
    select(*_CARD)
    .where(
        _m.market == bindparam("market"),
        _m.until == bindparam("until"),
        _m.version == bindparam("version"),
        _m.fingerprint == bindparam("fingerprint"),
    )
    .order_by(_m.created_at)
    .limit(1)
)
_body = Query(select(_m.body).where(_m.id == bindparam("model_id")))
_every = Query(select(*_CARD).where(_m.market == bindparam("market")).order_by(_m.created_at.desc(), _m.id.desc()))
_add_study = Query(insert(market_studies).values({name: bindparam(name) for name in market_studies.c.keys()}))  # noqa: SIM118
_study = Query(
    select(_s.report).where(_s.market == bindparam("market")).order_by(_s.created_at.desc(), _s.id.desc()).limit(1)
)


def _card(row: tuple[Any, ...] | None) -> Card | None:
    if row is None:
        return None
    model_id, market, until, version, fingerprint, facts, created_at = row
    return Card(model_id, market, until, version, fingerprint, json.loads(facts), created_at)


def add_model(tx: Tx, card: Card, body: str) -> None:
    tx.run(
        _add,
        id=card.id, market=card.market, until=card.until, version=card.version, fingerprint=card.fingerprint,
        card=json.dumps(card.facts), body=body, created_at=card.created_at,
    )  # fmt: skip


def same_model(tx: Tx, market: str, until: str, version: str, fingerprint: str) -> Card | None:
    """Return the model trained on the same sales in the same way, or None."""
    return _card(tx.one(_same, market=market, until=until, version=version, fingerprint=fingerprint))


def latest_model(tx: Tx, market: str, version: str, as_of: str) -> Card | None:
    """Return the newest model of a market and version trained only on sales before a day, or None."""
    return _card(tx.one(_latest, market=market, version=version, as_of=as_of))


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
