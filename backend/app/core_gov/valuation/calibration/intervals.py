"""Prediction intervals, calibrated on sales that the model had not seen.

Split conformal prediction on scaled residuals: each residual is divided by a predicted size, and the quantiles of the
quotients are kept. Residuals are log(price / value). Intervals need not be symmetric.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np

from backend.app.kit.arrays import Floats

SHARES = (0.5, 0.8, 0.9)
Confidence = Literal["high", "medium", "low"]

_MIN_SIZE = 0.02
_MAX_TIMES_MEDIAN = 8.0
"""Multiple of the median at which the size of a residual is capped, because such prices are not market prices."""
_ITERATIONS = 25
_RIDGE = 30.0
_ENOUGH = 100
"""Number of residuals below which all homes get the same predicted size."""
_BLOCKS = 5
"""Number of time blocks; the size in each is predicted from the others."""
_MAX_RELATIVE_ERROR = 1.0
"""Cap on a relative error in the FSD, because an absurd price is not an error of the value."""
_KNOTS = (-1.0, 0.0, 1.0)
_HINGED = "level"


def confidence(fsd: float) -> Confidence:
    """Return the confidence class of an FSD."""
    if fsd <= 0.13:
        return "high"
    return "medium" if fsd <= 0.20 else "low"


@dataclass(frozen=True)
class ResidualSizes:
    """Regression of the size of a residual on features; an unknown feature counts as average."""

    names: tuple[str, ...]
    mean: Floats
    std: Floats
    coefficients: Floats
    """Coefficients of the features, then of the level's hinges, then the constant."""

    def of(self, features: Mapping[str, Floats], count: int) -> Floats:
        """Return the predicted size for each of `count` homes."""
        size = _design(features, count, self.names, self.mean, self.std) * self.coefficients
        return np.asarray(np.exp(np.clip(size.sum(axis=1), np.log(_MIN_SIZE), 0.0)))


def fit_residual_sizes(features: Mapping[str, Floats], error: Floats) -> ResidualSizes:
    """Fit a penalized Gamma regression with log link of the residual's size, by Fisher scoring."""
    names = tuple(name for name, values in features.items() if len(error) >= _ENOUGH and _varies(values))
    mean = np.array([np.nanmean(features[name]) for name in names])
    std = np.array([np.nanstd(features[name]) for name in names])
    design = _design(features, len(error), names, mean, std)
    penalty = np.diag(np.r_[np.full(design.shape[1] - 1, _RIDGE), 0.0])
    size = np.maximum(np.abs(error), _MIN_SIZE / 10)
    size = np.minimum(size, _MAX_TIMES_MEDIAN * float(np.median(size)))
    coefficients = np.zeros(design.shape[1])
    coefficients[-1] = np.log(size.mean())
    inverse = np.linalg.inv(design.T @ design + penalty)
    for _ in range(_ITERATIONS):
        log_size = (design * coefficients).sum(axis=1)
        coefficients = np.asarray(inverse @ (design.T @ (log_size + size * np.exp(-log_size) - 1.0)))
    return ResidualSizes(names, mean, std, coefficients.round(9))


def _varies(values: Floats) -> bool:
    known = values[np.isfinite(values)]
    return len(known) >= _ENOUGH // 2 and float(np.std(known)) > 1e-9


def _design(features: Mapping[str, Floats], count: int, names: tuple[str, ...], mean: Floats, std: Floats) -> Floats:
    columns = [np.clip((features[name] - m) / s, -3.0, 3.0) for name, m, s in zip(names, mean, std, strict=True)]
    if _HINGED in names:
        level = columns[names.index(_HINGED)]
        columns += [np.maximum(0.0, level - knot) for knot in _KNOTS]
    return np.asarray(np.nan_to_num(np.stack([*columns, np.ones(count)], axis=1), nan=0.0))


@dataclass(frozen=True)
class Calibration:
    """Interval calibration from out-of-sample residuals."""

    sizes: ResidualSizes
    low: tuple[float, ...]
    high: tuple[float, ...]
    """Quantiles of scaled residuals, one for each of SHARES."""
    fsd: float
    """Standard deviation of the relative error for a residual of size 1."""
    count: int

    def size(self, features: Mapping[str, Floats], count: int) -> Floats:
        return self.sizes.of(features, count)

    def bounds(self, log_value: Floats, size: Floats) -> Floats:
        """Return the interval bounds in money; shape (homes, shares, 2)."""
        ends = np.stack([np.array(self.low), np.array(self.high)], axis=-1)
        return np.asarray(np.exp(log_value[:, None, None] + size[:, None, None] * ends[None]))

    def to_json(self) -> dict[str, Any]:
        stored = asdict(self)
        arrays = {key: getattr(self.sizes, name).tolist() for key, name in _STORED_NAMES.items()}
        stored["sizes"] = {"names": list(self.sizes.names), **arrays}
        return stored | {"low": list(self.low), "high": list(self.high)}

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "Calibration":
        sizes = stored["sizes"]
        made = ResidualSizes(tuple(sizes["names"]), *(np.array(sizes[key], dtype=np.float64) for key in _STORED_NAMES))
        return cls(made, tuple(stored["low"]), tuple(stored["high"]), stored["fsd"], stored["count"])


_STORED_NAMES = {"middle": "mean", "scale": "std", "rates": "coefficients"}
"""Names of the arrays in the JSON of a model, each with the attribute."""


def calibrate(features: Mapping[str, Floats], error: Floats) -> Calibration:
    """Calibrate on out-of-sample residuals, log(price / value), in the order of their days."""
    return calibration_of(fit_residual_sizes(features, error), cross_fitted_sizes(features, error), error)


def cross_fitted_sizes(features: Mapping[str, Floats], error: Floats) -> Floats:
    """Predict the size of each residual from those outside its own time block.

    Sizes fitted to a residual itself predict it better than they will predict the next one (cross-conformal prediction,
    Vovk 2015).
    """
    count = len(error)
    size = np.empty(count)
    for block in np.array_split(np.arange(count), _BLOCKS):
        outside = np.setdiff1d(np.arange(count), block)
        train = outside if len(outside) else block
        sizes = fit_residual_sizes({name: values[train] for name, values in features.items()}, error[train])
        size[block] = sizes.of({name: values[block] for name, values in features.items()}, len(block))
    return size


def calibration_of(sizes: ResidualSizes, size: Floats, error: Floats) -> Calibration:
    """Return the calibration from residuals; `size` holds their predicted sizes, `sizes` predicts new ones."""
    scaled = error / size
    relative = np.clip(np.expm1(-error), -_MAX_RELATIVE_ERROR, _MAX_RELATIVE_ERROR)
    return Calibration(
        sizes,
        tuple(_quantile(scaled, (1 - share) / 2) for share in SHARES),
        tuple(_quantile(scaled, (1 + share) / 2) for share in SHARES),
        float(np.sqrt(np.mean((relative / size) ** 2))),
        len(error),
    )


def sampling_corrected(train: Calibration, control: Calibration, control_on_subset: Calibration) -> Calibration:
    """Correct a calibration from some trials for the sampling luck of those trials.

    `control` is a calibration of another value on all trials, `control_on_subset` the same on those trials only. The
    residuals of two values of a home are alike, so their sampling errors are too.
    """

    def scaled(name: str) -> tuple[float, ...]:
        own, all_sales, subset = (getattr(each, name) for each in (train, control, control_on_subset))
        return tuple(a * _ratio(b, c) for a, b, c in zip(own, all_sales, subset, strict=True))

    fsd = train.fsd * _ratio(control.fsd, control_on_subset.fsd)
    return Calibration(train.sizes, scaled("low"), scaled("high"), fsd, train.count)


def _ratio(all_sales: float, subset: float) -> float:
    """Return the ratio clipped to 0.5 to 2, or 1 if the signs differ."""
    return float(np.clip(all_sales / subset, 0.5, 2.0)) if all_sales * subset > 0 else 1.0


def _quantile(values: Floats, share: float) -> float:
    """Return a quantile with the finite-sample correction (Romano, Patterson and Candès 2019)."""
    count = len(values)
    corrected = share * (count + 1) / count if share > 0.5 else 1 - (1 - share) * (count + 1) / count
    return float(np.quantile(values, float(np.clip(corrected, 0.0, 1.0))))
