"""Ratio study of a market: each sale after training valued as of its own day and compared with its price."""

from collections.abc import Callable, Mapping
from datetime import date

import numpy as np

from backend.app.core_gov.audit import service as audit
from backend.app.core_gov.market import service as markets
from backend.app.core_gov.market.columns import Sales, date_of
from backend.app.core_gov.market.sales_cache import CachedSales, sales_of
from backend.app.core_gov.market.search import service as search
from backend.app.core_gov.valuation import store
from backend.app.core_gov.valuation.calibration.intervals import SHARES
from backend.app.core_gov.valuation.comps.walk_forward import values
from backend.app.core_gov.valuation.model.valuer import Valuer, Values
from backend.app.core_gov.valuation.model_card import Card
from backend.app.core_gov.valuation.ratio_study import report as study_report
from backend.app.core_gov.valuation.ratio_study.study import About, Study, ValuedSales, study_ratios
from backend.app.core_gov.valuation.service import index_at, model_for
from backend.app.kit import clock
from backend.app.kit.arrays import Floats, Ints
from backend.app.kit.db import Ctx, Database, Tx
from backend.app.kit.errors import Conflict
from backend.app.kit.ids import new_id
from backend.app.kit.output.progress import ReportProgress

FAR_FUTURE = 10**6
"""Day after every closing day."""


def study_market(db: Database, ctx: Ctx, market: str, since: int | None, report: ReportProgress) -> Study:
    """Study the usable sales from a day on with the newest model trained on none of them; store the study.

    Without a day, the study starts where the newest model's training ended. Raises NotFound if the market does not
    exist, Conflict if there is no such model or no such sale.
    """
    record = db.snapshot_now(markets.get_market, market)
    found = model_for(db, market, FAR_FUTURE if since is None else since)
    if found is None:
        before = "" if since is None else f" on the sales before {date_of(since)} or earlier"
        raise Conflict(f"{market} has no model trained{before}: `valhalla market train --market {market} --until DATE`")
    card, model = found
    cached = sales_of(db, market)
    start = model.ensemble.until if since is None else since
    rows = study_rows(cached.sales, start)
    excluded = db.snapshot_now(search.excluded_since, market, date_of(start).isoformat())
    if not len(rows):
        hint = "; `--from` an earlier day studies by an earlier model, if one was trained" if since is None else ""
        flagged = f"; {sum(excluded.values()):,} are excluded by flags" if excluded else ""
        raise Conflict(
            f"{market} has no usable sale from {date_of(start)} on: there is nothing to study{flagged}{hint}"
        )
    values = value_sales(Valuer(model, cached.sales), cached, rows, comparables_of(db, market, cached), report)
    study = study_ratios(*_ratios(cached.sales, rows, values, record.currency, card, excluded))
    db.write_now(ctx, _store_study, market, study_report.to_json(study))
    return study


def study_rows(sales: Sales, start: int) -> Ints:
    """Return the rows of the sales to study; sales that screening flagged are left out."""
    return np.flatnonzero(sales.usable & (sales.close_day >= start) & (sales.price > 0))


CompareSales = Callable[[Ints, ReportProgress], tuple[Floats, Floats]]
"""Values of sold homes by comparables, and their errors, from rows and a report of the progress."""


def comparables_of(db: Database, market: str, cached: CachedSales) -> CompareSales:
    """Return a function that values sold homes of a market by comparables, without sales of the same home."""
    country = db.snapshot_now(markets.get_market, market).country
    same_home = db.snapshot_now(markets.sales_of_same_home, market, country)

    def compare(rows: Ints, report: ReportProgress) -> tuple[Floats, Floats]:
        found = values(cached.sales, rows, index_at(db, market, cached), same_home=same_home, report=report)
        return found.value, found.log_error

    return compare


def value_sales(
    valuer: Valuer,
    cached: CachedSales,
    rows: Ints,
    comparables: CompareSales,
    report: ReportProgress,
) -> Values:
    """Value the homes sold in some rows, each as of its own closing day and without its own parcel."""
    found = valuer.predict_sales(rows, *comparables(rows, report))
    report(len(rows), len(rows))
    return found


def _ratios(
    sales: Sales, rows: Ints, values: Values, currency: str, card: Card, excluded: Mapping[str, int]
) -> tuple[ValuedSales, About]:
    some = np.isfinite(values.value)
    kept = rows[some]
    bounds = {
        round(100 * share): (values.low[some, place], values.high[some, place]) for place, share in enumerate(SHARES)
    }
    not_valued = len(rows) - len(kept)
    about = About(
        market=card.market,
        currency=currency,
        trained_until=date.fromisoformat(card.until),
        model=card.facts["version"],
        fingerprint=card.fingerprint,
        made_at=clock.now(),
        left_out={f"flagged {flags}": count for flags, count in excluded.items()}
        | ({"could not be valued": not_valued} if not_valued else {}),
    )
    return (
        ValuedSales(
            values.value[some], sales.price[kept], sales.close_day[kept], sales.area[kept], sales.areas, bounds
        ),
        about,
    )


def _store_study(tx: Tx, market: str, report: str) -> None:
    study_id = new_id("study")
    store.add_study(tx, study_id, market, report)
    audit.record_act(tx, "study.made", "market", market, {"study": study_id})
