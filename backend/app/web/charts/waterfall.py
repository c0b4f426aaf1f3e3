"""Waterfall chart: from a first amount through the steps to the last one, each step with its label above its bar."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from backend.app.web.charts.axis import AxisScale, padded

WIDTH = 360
_ROW = 32
_BAR = 11
_MARGIN = 2
_MAX_LABEL = 44


@dataclass(frozen=True, slots=True)
class WaterfallStep:
    """Step of a waterfall: an amount that is added. `title` explains it on hover."""

    label: str
    amount: float
    title: str = ""


def waterfall(
    start: tuple[str, float], steps: Sequence[WaterfallStep], end: tuple[str, float], label: str = "Drivers"
) -> Markup:
    """Return the chart. The start and the steps should add up to the end."""
    levels = [start[1]]
    for step in steps:
        levels.append(levels[-1] + step.amount)
    scale = AxisScale(*_range([*levels, end[1]]), _MARGIN, WIDTH - _MARGIN)
    first, last = WaterfallStep(*start), WaterfallStep(*end)
    said = "; ".join(f"{step.label} {step.amount:+,.0f}" for step in steps)
    return Markup("").join(
        [
            Markup('<svg class="chart waterfall" viewBox="0 0 {} {}" role="img" aria-label="{}">').format(
                WIDTH,
                _ROW * (len(steps) + 2),
                f"{label}: {first.label} {first.amount:,.0f}; {said}; {last.label} {last.amount:,.0f}",
            ),
            _bar(0, scale, first, scale.low, "total"),
            *(_bar(row, scale, step, levels[row - 1], _kind(step.amount)) for row, step in enumerate(steps, start=1)),
            _bar(len(steps) + 1, scale, last, scale.low, "total"),
            Markup("</svg>"),
        ]
    )


def _range(levels: Sequence[float]) -> tuple[float, float]:
    """Return the range of the axis. It does not begin at zero, because the steps would be too small to compare."""
    low, high = padded(levels, 0.04)
    return low - (high - low) * 0.1, high


def _bar(row: int, scale: AxisScale, step: WaterfallStep, start: float, kind: str) -> Markup:
    """Return the row of a step, whose bar begins at the level `start`; a total ends at its amount."""
    top = row * _ROW
    end = step.amount if kind == "total" else start + step.amount
    left, right = sorted((scale(start), scale(end)))
    amount = f"{step.amount:,.0f}" if kind == "total" else f"{step.amount:+,.0f}".replace("-", "−")
    shown = step.label if len(step.label) <= _MAX_LABEL else step.label[: _MAX_LABEL - 1] + "…"
    return Markup(
        '<g class="{}"><title>{}: {}</title><text x="{}" y="{}">{}</text>'
        '<text class="amount" x="{}" y="{}" text-anchor="end">{}</text>'
        '<rect x="{}" y="{}" width="{}" height="{}" rx="1.5"></rect></g>'
    ).format(
        *(kind, step.title or step.label, amount),
        *(_MARGIN, top + 12, shown),
        *(WIDTH - _MARGIN, top + 12, amount),
        *(left, top + 16, max(round(right - left, 1), 1), _BAR),
    )


def _kind(amount: float) -> str:
    return "down" if amount < 0 else "up"
