"""Rent adjustment rates for size, bedrooms and time: a regression on the stored rents, within places.

With few rents, each rate is shrunk toward a prior in proportion to its uncertainty (ridge regression around a prior;
Hoerl and Kennard 1970). The priors are from 9,882 US asking rents of 2019 in 1,767 cities (UCI Machine Learning
Repository, data set 555), compared within cities.
"""

from dataclasses import dataclass

import numpy as np

from backend.app.kit.arrays import Bools, Floats, Ints

USUAL_SPREAD = 0.20
"""Standard deviation of log rent within a city, after adjustment for size and bedrooms."""

USUAL_SPREAD_OF_REGION = 0.28
"""Standard deviation of log rent within a state, after the same adjustments."""

_USUAL = {"size": (0.45, 0.15), "beds": (0.03, 0.05), "beds_alone": (0.17, 0.08), "years": (0.0, 0.05)}
"""Prior mean of each rate and its standard deviation between places, in log units."""

_FEW = 30


@dataclass(frozen=True, slots=True)
class RentAdjustmentRate:
    """Change in log rent and its standard error, from the number of `rents`; 0 if the rate is assumed."""

    value: float
    error: float
    rents: int


@dataclass(frozen=True, slots=True)
class RentRates:
    """Rates per unit of log living area, per bedroom with and without known living area, and per year."""

    size: RentAdjustmentRate
    beds: RentAdjustmentRate
    beds_alone: RentAdjustmentRate
    years: RentAdjustmentRate


def estimate_rates(log_rent: Floats, size: Floats, beds: Floats, years: Floats, place: Ints) -> RentRates:
    """Estimate the rates from rents in several places. `size` is the log living area, `place` an integer per place."""
    whole = np.isfinite(size) & np.isfinite(beds)
    with_size, errors, n = _ridge(log_rent, (size, beds, years), ("size", "beds", "years"), place, whole)
    counted = np.isfinite(beds)
    alone, alone_errors, m = _ridge(log_rent, (beds, years), ("beds_alone", "years"), place, counted)
    time = (with_size[2], errors[2], n) if n >= m / 2 else (alone[1], alone_errors[1], m)
    return RentRates(
        size=_rate("size", with_size[0], errors[0], n),
        beds=_rate("beds", with_size[1], errors[1], n),
        beds_alone=_rate("beds_alone", alone[0], alone_errors[0], m),
        years=_rate("years", *time),
    )


def _rate(name: str, value: float, error: float, rents: int) -> RentAdjustmentRate:
    """Return the rate, marked as assumed if the rents barely reduce its error (all of one date or size)."""
    return RentAdjustmentRate(value, error, rents if error < 0.9 * _USUAL[name][1] else 0)


def _ridge(
    log_rent: Floats, columns: tuple[Floats, ...], names: tuple[str, ...], place: Ints, rows: Bools
) -> tuple[list[float], list[float], int]:
    """Return the rates, their standard errors, and the number of rents used."""
    usual = np.array([_USUAL[name][0] for name in names])
    precision = np.diag([_USUAL[name][1] ** -2.0 for name in names])
    count = int(rows.sum())
    if count < _FEW:
        return list(usual), [_USUAL[name][1] for name in names], 0
    group = np.unique(place[rows], return_inverse=True)[1]
    design = np.stack([_within(column[rows], group) for column in columns], axis=1)
    surplus = _within(log_rent[rows], group) - design @ usual
    spread, weights = USUAL_SPREAD, np.ones(count)
    shift, normal = np.zeros(len(names)), precision
    for _ in range(5):
        normal = precision + (design.T * weights) @ design / spread**2
        shift = np.linalg.solve(normal, (design.T * weights) @ surplus / spread**2)
        left = surplus - design @ shift
        spread = max(0.05, 1.4826 * float(np.median(np.abs(left))))
        weights = 1.5 * spread / np.maximum(np.abs(left), 1.5 * spread)
    errors = np.sqrt(np.diag(np.linalg.inv(normal)))
    return [float(rate) for rate in usual + shift], [float(error) for error in errors], count


def _within(column: Floats, group: Ints) -> Floats:
    """Return the column minus the mean of each group."""
    means: Floats = np.bincount(group, column) / np.bincount(group)
    return column - means[group]
