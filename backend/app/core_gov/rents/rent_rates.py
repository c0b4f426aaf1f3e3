"""How rents differ by size, by bedrooms and over time, as the rents on file say it: a regression within places.

Where few rents speak, what is usual elsewhere speaks with them: each rate is drawn towards a usual value in the
measure of how unsure it is (ridge regression around a prior; Hoerl and Kennard 1970). The usual values are those of
9,882 US asking rents of 2019 in 1,767 cities (UCI Machine Learning Repository, data set 555), compared within cities.
"""

from dataclasses import dataclass

import numpy as np

from backend.app.kit.arrays import Bools, Floats, Ints

USUAL_SPREAD = 0.20
"""The standard deviation of the logarithm of a rent within its city, its size and its bedrooms allowed for."""

USUAL_SPREAD_OF_REGION = 0.28
"""The same within a state."""

_USUAL = {"size": (0.45, 0.15), "beds": (0.03, 0.05), "beds_alone": (0.17, 0.08), "years": (0.0, 0.05)}
"""A rate that is usual, and how far one place is from the next; as logarithms."""

_FEW = 30


@dataclass(frozen=True, slots=True)
class RentAdjustmentRate:
    """The change of the logarithm of a rent, and its standard error; so many `rents` said so, 0 where it is assumed."""

    value: float
    error: float
    rents: int


@dataclass(frozen=True, slots=True)
class RentRates:
    """By the logarithm of the living area, by a bedroom beside it and by a bedroom alone, and by a year."""

    size: RentAdjustmentRate
    beds: RentAdjustmentRate
    beds_alone: RentAdjustmentRate
    years: RentAdjustmentRate


def estimate_rates(log_rent: Floats, size: Floats, beds: Floats, years: Floats, place: Ints) -> RentRates:
    """The rates in rents of several places; `size` is the logarithm of the living area, `place` a number each."""
    whole = np.isfinite(size) & np.isfinite(beds)
    with_size, errors, n = _ridge(log_rent, (size, beds, years), ("size", "beds", "years"), place, whole)
    counted = np.isfinite(beds)
    alone, alone_errors, m = _ridge(log_rent, (beds, years), ("beds_alone", "years"), place, counted)
    time = (with_size[2], errors[2], n) if n >= m / 2 else (alone[1], alone_errors[1], m)
    return RentRates(
        size=_said("size", with_size[0], errors[0], n),
        beds=_said("beds", with_size[1], errors[1], n),
        beds_alone=_said("beds_alone", alone[0], alone_errors[0], m),
        years=_said("years", *time),
    )


def _said(name: str, value: float, error: float, rents: int) -> RentAdjustmentRate:
    """A rate that the rents leave as unsure as it was is assumed: all of them may be of one day, or of one size."""
    return RentAdjustmentRate(value, error, rents if error < 0.9 * _USUAL[name][1] else 0)


def _ridge(
    log_rent: Floats, columns: tuple[Floats, ...], names: tuple[str, ...], place: Ints, rows: Bools
) -> tuple[list[float], list[float], int]:
    """The rates, their standard errors, and how many rents they are from."""
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
    """A column as differences from the mean of its group."""
    means: Floats = np.bincount(group, column) / np.bincount(group)
    return column - means[group]
