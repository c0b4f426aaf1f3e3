"""How sure a value is: intervals that held what was paid as often as they say, on sales the model had not seen.

Split conformal prediction on scaled errors: errors are divided by a size that is predicted from what makes some
homes harder to value than others, and the quantiles of the quotients are kept. Errors are logarithms, price over
value; intervals need not be symmetric.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np

from backend.app.kit.arrays import Floats

SHARES = (0.5, 0.8, 0.9)
Confidence = Literal["high", "medium", "low"]

_SMALLEST = 0.02
_FARTHEST = 8.0
"""Medians beyond which the size of an error counts no more: such prices were not agreed on the market."""
_ROUNDS = 25
_RIDGE = 30.0
_ENOUGH = 100
"""Errors below which all homes are taken to be as hard to value as each other."""
_STRETCHES = 5
"""Of time, each told by the others."""
_LARGEST_SHARE = 1.0
"""A value off by more than the whole price counts as that in the FSD: a wrong price is no error of the value."""
_BENDS = (-1.0, 0.0, 1.0)
_BENT = "level"


def confidence(fsd: float) -> Confidence:
    """The word for an FSD."""
    if fsd <= 0.13:
        return "high"
    return "medium" if fsd <= 0.20 else "low"


@dataclass(frozen=True)
class Sizes:
    """Predicts the size of an error; what is not known counts as average."""

    names: tuple[str, ...]
    middle: Floats
    scale: Floats
    rates: Floats
    """Of each feature, then of the bends of the level, then the constant."""

    def of(self, features: Mapping[str, Floats], count: int) -> Floats:
        """The size for each of so many homes."""
        size = _design(features, count, self.names, self.middle, self.scale) * self.rates
        return np.asarray(np.exp(np.clip(size.sum(axis=1), np.log(_SMALLEST), 0.0)))


def fit_sizes(features: Mapping[str, Floats], error: Floats) -> Sizes:
    """A regression of the error's size with a logarithmic link and Gamma's variance, penalised, by Fisher scoring."""
    names = tuple(name for name, values in features.items() if len(error) >= _ENOUGH and _varies(values))
    middle = np.array([np.nanmean(features[name]) for name in names])
    scale = np.array([np.nanstd(features[name]) for name in names])
    design = _design(features, len(error), names, middle, scale)
    penalty = np.diag(np.r_[np.full(design.shape[1] - 1, _RIDGE), 0.0])
    size = np.maximum(np.abs(error), _SMALLEST / 10)
    size = np.minimum(size, _FARTHEST * float(np.median(size)))
    rates = np.zeros(design.shape[1])
    rates[-1] = np.log(size.mean())
    inverse = np.linalg.inv(design.T @ design + penalty)
    for _ in range(_ROUNDS):
        told = (design * rates).sum(axis=1)
        rates = np.asarray(inverse @ (design.T @ (told + size * np.exp(-told) - 1.0)))
    return Sizes(names, middle, scale, rates.round(9))


def _varies(values: Floats) -> bool:
    known = values[np.isfinite(values)]
    return len(known) >= _ENOUGH // 2 and float(np.std(known)) > 1e-9


def _design(
    features: Mapping[str, Floats], count: int, names: tuple[str, ...], middle: Floats, scale: Floats
) -> Floats:
    columns = [np.clip((features[name] - m) / s, -3.0, 3.0) for name, m, s in zip(names, middle, scale, strict=True)]
    if _BENT in names:
        level = columns[names.index(_BENT)]
        columns += [np.maximum(0.0, level - bend) for bend in _BENDS]
    return np.asarray(np.nan_to_num(np.stack([*columns, np.ones(count)], axis=1), nan=0.0))


@dataclass(frozen=True)
class Calibration:
    """What errors out of sample say about the next one."""

    sizes: Sizes
    low: tuple[float, ...]
    high: tuple[float, ...]
    """Quantiles of scaled errors, for each of SHARES."""
    fsd: float
    """The standard deviation of the percentage error, for an error of size 1."""
    count: int

    def size(self, features: Mapping[str, Floats], count: int) -> Floats:
        return self.sizes.of(features, count)

    def bounds(self, log_value: Floats, size: Floats) -> Floats:
        """The lower and upper ends of the intervals, in money; shape (homes, shares, 2)."""
        ends = np.stack([np.array(self.low), np.array(self.high)], axis=-1)
        return np.asarray(np.exp(log_value[:, None, None] + size[:, None, None] * ends[None]))

    def to_json(self) -> dict[str, Any]:
        stored = asdict(self)
        stored["sizes"] = {"names": list(self.sizes.names), **{n: getattr(self.sizes, n).tolist() for n in _ARRAYS}}
        return stored | {"low": list(self.low), "high": list(self.high)}

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "Calibration":
        sizes = stored["sizes"]
        made = Sizes(tuple(sizes["names"]), *(np.array(sizes[name], dtype=np.float64) for name in _ARRAYS))
        return cls(made, tuple(stored["low"]), tuple(stored["high"]), stored["fsd"], stored["count"])


_ARRAYS = ("middle", "scale", "rates")


def calibrated(features: Mapping[str, Floats], error: Floats) -> Calibration:
    """Calibrates on errors out of sample, in the order of their days: the price's logarithm less the value's."""
    return told_by(fit_sizes(features, error), sizes_by_others(features, error), error)


def sizes_by_others(features: Mapping[str, Floats], error: Floats) -> Floats:
    """The size predicted of each error by those outside its own stretch of time.

    Sizes fitted to an error itself tell it better than they will tell the next one (cross-conformal prediction, Vovk
    2015).
    """
    count = len(error)
    size = np.empty(count)
    for stretch in np.array_split(np.arange(count), _STRETCHES):
        others = np.setdiff1d(np.arange(count), stretch)
        some = others if len(others) else stretch
        sizes = fit_sizes({name: values[some] for name, values in features.items()}, error[some])
        size[stretch] = sizes.of({name: values[stretch] for name, values in features.items()}, len(stretch))
    return size


def told_by(sizes: Sizes, size: Floats, error: Floats) -> Calibration:
    """What errors say about the next one, whose size is predicted by `sizes`; `size` is that predicted of each."""
    scaled = error / size
    off = np.clip(np.expm1(-error), -_LARGEST_SHARE, _LARGEST_SHARE)
    return Calibration(
        sizes,
        tuple(_quantile(scaled, (1 - share) / 2) for share in SHARES),
        tuple(_quantile(scaled, (1 + share) / 2) for share in SHARES),
        float(np.sqrt(np.mean((off / size) ** 2))),
        len(error),
    )


def without_luck(some: Calibration, all_others: Calibration, others_on_some: Calibration) -> Calibration:
    """Corrects a calibration made on a part of the trials by what that part made of one that was made on all.

    Errors of two values of the same home are much alike, and so is what a sample has too large or too small of them.
    """

    def scaled(name: str) -> tuple[float, ...]:
        own, whole, part = (getattr(each, name) for each in (some, all_others, others_on_some))
        return tuple(a * _ratio(b, c) for a, b, c in zip(own, whole, part, strict=True))

    fsd = some.fsd * _ratio(all_others.fsd, others_on_some.fsd)
    return Calibration(some.sizes, scaled("low"), scaled("high"), fsd, some.count)


def _ratio(whole: float, part: float) -> float:
    """How much larger the whole is, within reason; 1 where the two are not on one side of nought."""
    return float(np.clip(whole / part, 0.5, 2.0)) if whole * part > 0 else 1.0


def _quantile(values: Floats, share: float) -> float:
    """A quantile moved outward by what a sample of this size leaves open (Romano, Patterson and Candès 2019)."""
    count = len(values)
    outward = share * (count + 1) / count if share > 0.5 else 1 - (1 - share) * (count + 1) / count
    return float(np.quantile(values, float(np.clip(outward, 0.0, 1.0))))
