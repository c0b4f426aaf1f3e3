"""Views of markets: their sales in figures, price index, latest ratio study, models."""

import json
from datetime import date, timedelta
from typing import Any

from markupsafe import Markup

from backend.app.core_gov.market import service as markets
from backend.app.core_gov.market.search.summary import last_sale_day, market_index, market_summary
from backend.app.core_gov.schedules import service as schedules
from backend.app.core_gov.schedules.schedule import TASKS, interval_text
from backend.app.core_gov.valuation import models_in_use
from backend.app.core_gov.valuation import service as valuation
from backend.app.core_gov.valuation.ratio_study import charts as study_charts
from backend.app.core_gov.valuation.ratio_study.study import Histogram, RatioAtValue
from backend.app.kit import clock
from backend.app.kit.db import Database, Tx
from backend.app.kit.errors import AppError, NotFound
from backend.app.kit.fields import load
from backend.app.web.charts.price_index import Period, price_index

MOST_MARKETS = 500
MEASURES = ("median_ratio", "cod", "prd", "prb", "mdape", "within_10")
"""Measures of a ratio study that the page shows."""

INTERVALS = {1: "every hour", 6: "every 6 hours", 24: "every day", 168: "every week", 720: "every 30 days"}
"""Intervals that the page offers, in hours."""

TASK_LABELS = {"sync": "Synchronize its feeds", "train": "Train its model", "revalue": "Revalue its properties"}


def listing(tx: Tx) -> dict[str, Any]:
    """Return all markets."""
    found = markets.list_markets(tx, MOST_MARKETS, None)
    return {"markets": [load(doc) for doc in found.docs]}


def market(db: Database, name: str) -> dict[str, Any]:
    """Return one market as of the day after its last sale. Raises NotFound."""
    record = db.snapshot_now(markets.read_market, name).fields
    as_of = _day_after(last_sale_day(db, name))
    return {
        "market": record,
        "summary": market_summary(db, name, as_of),
        **_index(db, name, as_of),
        **_study(db, name),
        "models": db.snapshot_now(models_in_use.list_uses, name),
        "tasks": _tasks(db, name),
    }


def _tasks(db: Database, name: str) -> list[dict[str, Any]]:
    """Return all tasks of a market with their last runs, and the intervals to choose from."""
    found = {each.task: each for each in db.snapshot_now(schedules.list_schedules, name).items}
    tasks = []
    for task in TASKS:
        last = found.get(task)
        hours = {*INTERVALS, last.every_hours} if last else {*INTERVALS}
        intervals = [(each, INTERVALS.get(each, f"every {interval_text(each)}")) for each in sorted(hours)]
        tasks.append({"name": task, "label": TASK_LABELS[task], "last": last, "intervals": intervals})
    return tasks


def _day_after(day: str | None) -> str | None:
    """Return the day after the last sale, but at the latest the company's day."""
    return min(str(date.fromisoformat(day) + timedelta(days=1)), clock.today()) if day else None


def _index(db: Database, name: str, as_of: str | None) -> dict[str, Any]:
    try:
        index = market_index(db, name, as_of)
    except AppError as error:
        return {"index": None, "index_problem": error.detail, "index_chart": Markup("")}
    periods = [Period(each.period, each.level, each.standard_error) for each in index.periods]
    return {"index": index, "index_problem": None, "index_chart": price_index(periods)}


def _study(db: Database, name: str) -> dict[str, Any]:
    try:
        study = json.loads(db.snapshot_now(valuation.latest_study, name).doc)
    except NotFound:
        return {"study": None, "study_measures": [], "study_charts": []}
    measures = [_measure(study, each) for each in MEASURES if each in study["untrimmed"]]
    return {"study": study, "study_measures": measures, "study_charts": _charts(study)}


def _measure(study: dict[str, Any], name: str) -> dict[str, Any]:
    """Return a measure of a stored study with its standard. Studies of earlier versions may lack parts of it."""
    measure, standard = study["untrimmed"][name], study.get("standards", {}).get(name, {})
    return {
        "label": standard.get("label", name.replace("_", " ")),
        "says": standard.get("says"),
        "unit": standard.get("unit", ""),
        "digits": 1 if standard.get("unit") else 3,
        "value": measure.get("value"),
        "interval": measure.get("interval"),
        "word": measure.get("word"),
        "band": standard.get("band"),
    }


def _charts(study: dict[str, Any]) -> list[tuple[str, Markup]]:
    """Return the charts of a stored study. Studies of earlier versions may lack their data."""
    found: list[tuple[str, Markup]] = []
    if histogram := study.get("histogram"):
        median = study["untrimmed"].get("median_ratio", {}).get("value")
        shown = Histogram(**{**histogram, "counts": tuple(histogram["counts"])})
        found.append(("Sales by ratio of value to price", Markup(study_charts.ratio_histogram(shown, median))))  # noqa: S704 - numbers
    if groups := [RatioAtValue(**each) for each in study.get("ratio_by_value", ())]:
        found.append(("Ratio by market value", Markup(study_charts.ratio_by_value(groups))))  # noqa: S704 - numbers
    return found
