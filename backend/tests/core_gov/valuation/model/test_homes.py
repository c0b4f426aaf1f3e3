"""Homes of a model: own sales are left out of neighbors and folds, whatever the spelling of the parcel."""

from dataclasses import replace

import numpy as np

from backend.app.bootstrap import Store
from backend.app.core_gov.market.parcels import ParcelCodes
from backend.app.core_gov.market.sales_cache import sales_of
from backend.app.core_gov.valuation.model.homes import NO_FOLD, sold_homes, subject_homes
from backend.app.core_gov.valuation.model.predictor import ModelView
from backend.app.core_gov.valuation.model.sales_history import History, MarketMap
from backend.tests.core_gov.valuation import made_up_market, town
from backend.tests.promises import promise

UNTIL = town.day_of(town.CUT)


@promise("Valuation", "A property's own sales are never its neighbors, in any spelling of its parcel number.")
def test_own_sales_are_left_out_in_any_spelling(town_store: Store) -> None:
    sales = sales_of(town_store.db, "town").sales
    row = int(np.flatnonzero(sales.close_day < UNTIL - 30)[-1])
    subject, parcel = sales.subject(row), sales.parcels.text(int(sales.parcel[row]))
    assert parcel is not None
    model = town.model(town.CUT)
    view = ModelView(model.ensemble, sales, settings=model.residual_settings)
    day = UNTIL + 10
    plain = view.predict_subjects([subject], day)
    assert row not in view.history.order[plain.near.rows[0]]
    assert subject_homes(view.history, [subject], day, UNTIL).fold_hash[0] != NO_FOLD
    others = [
        replace(subject, parcel=f"{parcel[:1]}-{parcel[1:]}".upper()),
        replace(subject, own_sales=frozenset({int(sales.seq[row])})),
        replace(subject, parcel=None, own_sales=frozenset({int(sales.seq[row])})),
    ]
    for other in others:
        found = view.predict_subjects([other], day)
        assert found.model.tolist() == plain.model.tolist()
        assert found.near.rows.tolist() == plain.near.rows.tolist()
    unknown = view.predict_subjects([replace(subject, parcel=None)], day)
    assert row in view.history.order[unknown.near.rows[0]]


def test_one_parcel_in_two_spellings_is_one_home() -> None:
    sales = made_up_market.a_market(300)
    sales = replace(sales, parcel=np.arange(300) % 90)
    one_way = replace(sales, parcels=ParcelCodes(tuple(f"{number}-001" for number in range(100, 190))))
    later = np.argsort(np.argsort(sales.close_day, kind="stable")) >= 150
    names = (*one_way.parcels.names, *(name.replace("-", "") for name in one_way.parcels.names))
    first_day = np.r_[np.zeros(90, dtype=np.int64), np.full(90, 10**5)]
    two_ways = replace(
        sales, parcel=np.where(later, sales.parcel + 90, sales.parcel), parcels=ParcelCodes(names, first_day)
    )
    found = []
    for each in (one_way, two_ways):
        history = History(each, MarketMap.of(each))
        homes = sold_homes(history, np.arange(len(history)), int(each.close_day.max()))
        near = history.nearest(homes.places, homes.as_of, homes.parcel, 20)
        found.append((homes.fold_hash.tolist(), near.rows.tolist()))
    assert found[0] == found[1]
