"""A market as the model sees it: every sale with the model's error on it, and any home valued as of any day."""

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from backend.app.core_gov.market.columns import Floats, Ints, Sales, Subject
from backend.app.core_gov.valuation.core import Core
from backend.app.core_gov.valuation.features import NEIGHBORS, Paid
from backend.app.core_gov.valuation.history import History, Neighbors
from backend.app.core_gov.valuation.homes import Homes, sold_homes, subject_homes
from backend.app.core_gov.valuation.rolling import Latest, Local, local_errors, market_factor

_FAR_KM = 20.0


@dataclass(frozen=True)
class Outlook:
    """What the model says of homes; logarithms."""

    model: Floats
    """The trained part alone."""
    spread: Floats
    """How far its members disagree."""
    factor: Floats
    """What the market has moved since."""
    local: Local
    """What the errors nearby add."""
    near: Neighbors
    homes: Homes
    """What it is said of, as far as it is known."""

    @property
    def value(self) -> Floats:
        return self.model + self.factor + self.local.error


class View:
    """The sales of a market with the model's error on each: made once, good for every day."""

    def __init__(self, core: Core, sales: Sales, near: Neighbors | None = None, latest: Latest | None = None) -> None:
        self.core = core
        self.history = History(sales, core.map)
        self.latest = latest or Latest()
        self._near = near

    @cached_property
    def homes(self) -> Homes:
        """The homes of all sales, each as of its own day."""
        return sold_homes(self.history, np.arange(len(self.history)), self.core.until)

    @cached_property
    def near(self) -> Neighbors:
        if self._near is not None:
            return self._near
        return self.history.nearest(self.homes.places, self.homes.as_of, self.homes.parcel, NEIGHBORS)

    @cached_property
    def paid(self) -> Paid:
        return self.core.paid(self.history)

    @cached_property
    def said(self) -> tuple[Floats, Floats]:
        """What the trained part says of every sale as of its own day, without having seen it."""
        return self.core.predict(self.homes, self.history, self.near, self.paid)

    @cached_property
    def error(self) -> Floats:
        """The price above what the trained part says, as logarithms."""
        return np.log(self.history.sales.price) - self.said[0]

    @cached_property
    def factor(self) -> Floats:
        """The market's factor on the day of every sale."""
        return self.factors(self.history.sales.close_day)

    @cached_property
    def left(self) -> Floats:
        """The errors after the market's factor."""
        return self.error - self.factor

    def prepare(self) -> None:
        """Works out what every value needs, so that several threads find it there."""
        self.left  # noqa: B018

    def factors(self, days: Ints) -> Floats:
        """The market's factor on the morning of any days."""
        closed, shrink = self.history.sales.close_day, self.latest.market_shrink
        one, place = np.unique(days, return_inverse=True)
        return np.array([market_factor(closed, self.error, int(day), shrink) for day in one])[place]

    def listening(self, latest: Latest) -> "View":
        """The same view with the latest sales listened to differently."""
        other = copy(self)
        other.latest = latest
        for made in ("factor", "left"):
            other.__dict__.pop(made, None)
        return other

    def of_sales(self, rows: Ints) -> Outlook:
        """The outlook for sales of the history, each as of the day on which it closed."""
        model, spread = self.said
        homes, near = self.homes.take(rows), self.near.take(rows)
        return Outlook(model[rows], spread[rows], self.factor[rows], self._local(homes, near), near, homes)

    def of_homes(self, homes: Homes) -> Outlook:
        """The outlook for any homes, each as of its own day."""
        near = self.history.nearest(homes.places, homes.as_of, homes.parcel, NEIGHBORS)
        model, spread = self.core.predict(homes, self.history, near, self.paid)
        filled = self.core.filled(homes, self.history, near)
        return Outlook(model, spread, self.factors(homes.as_of), self._local(filled, near), near, homes)

    def of_subjects(self, subjects: Sequence[Subject], as_of: int) -> Outlook:
        return self.of_homes(subject_homes(self.history, subjects, as_of, self.core.until))

    def _local(self, homes: Homes, near: Neighbors) -> Local:
        return local_errors(near, self._likeness(homes, near), self.left, self.latest)

    def _likeness(self, homes: Homes, near: Neighbors) -> Floats:
        """How much a neighbour's error says, by time, size, grade and year; what is not known does not count."""
        sales, kin = self.history.sales, self.latest
        if not len(sales):
            return np.zeros(near.rows.shape)
        days = (homes.as_of[:, None] - sales.close_day[near.rows]) / kin.days
        own, theirs = homes.traits["living_sqft"], sales.living_sqft[near.rows]
        with np.errstate(divide="ignore", invalid="ignore"):
            living = (np.log(own[:, None] / theirs) / kin.living) ** 2
        grade = ((homes.traits["grade"][:, None] - sales.grade[near.rows]) / kin.grade) ** 2
        years = ((homes.traits["year_built"][:, None] - sales.year_built[near.rows]) / kin.years) ** 2
        apart = sum(np.where(np.isfinite(part), part, 0.0) for part in (living, grade, years))
        return np.asarray(np.exp(-days - apart))


def difficulty(core: Core, outlook: Outlook) -> dict[str, Floats]:
    """What tells how far off a value may be: the price level, disagreement, and how much is known nearby."""
    fifth = np.minimum(outlook.near.km[:, 4], _FAR_KM)
    return {
        "level": outlook.model - core.hedonic.level.values[-1],
        "spread": np.log(outlook.spread + 0.005),
        "deviation": np.log(outlook.local.deviation + 0.01),
        "support": np.log(outlook.local.support + 0.1),
        "distance": np.log(fifth + 0.05),
    }


def difficulty_with_comps(
    features: dict[str, Floats], value: Floats, log_comps: Floats, error: Floats
) -> dict[str, Floats]:
    """The same where comparable sales speak too: how far they are from the model, and how sure of themselves."""
    return features | {"gap": np.log(np.abs(log_comps - value) + 0.01), "comps": np.log(error)}
