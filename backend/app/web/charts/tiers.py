"""Tiers of a distribution as horizontal bars: what each partner gets, and what would fill the tier. Pure functions."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

WIDTH = 360
SERIES = 6
"""Colors of partners; more partners share the last one."""

_ROW, _BAR, _MARGIN, _MAX_LABEL = 44, 16, 2, 40


@dataclass(frozen=True, slots=True)
class TierBar:
    """A tier: its name, what would fill it (None without an end), and what each partner gets, in the same order.

    Negative amounts, as in a correction, have no bar.
    """

    name: str
    needed: float | None
    amounts: tuple[float, ...]


def tiers(title: str, partners: Sequence[str], bars: Sequence[TierBar], currency: str) -> Markup:
    """Return the bars as SVG; `currency` is empty for an example.

    The frame of a bar is what would fill its tier, as far as it fits beside the others.
    """
    most = max((_positive(bar) for bar in bars), default=0) or 1
    said = "; ".join(f"{bar.name} {sum(bar.amounts):,.2f}" for bar in bars)
    head = Markup('<svg class="chart tier-chart" viewBox="0 0 {} {}" role="img" aria-label="{}">').format(
        WIDTH, _ROW * len(bars) or _ROW, f"{title}: {said}"
    )
    rows = [_row(bar, partners, number * _ROW, most, currency) for number, bar in enumerate(bars)]
    return head + Markup("").join(rows) + Markup("</svg>")


def series_of(number: int) -> int:
    """Return the number of the color of a partner, from 1."""
    return min(number, SERIES - 1) + 1


def _positive(bar: TierBar) -> float:
    return sum(amount for amount in bar.amounts if amount > 0)


def _row(bar: TierBar, partners: Sequence[str], top: float, most: float, currency: str) -> Markup:
    scale = (WIDTH - 2 * _MARGIN) / most
    name = bar.name if len(bar.name) <= _MAX_LABEL else bar.name[: _MAX_LABEL - 1] + "…"
    found = Markup('<text x="{}" y="{:.1f}">{}</text><text class="total" x="{}" y="{:.1f}" text-anchor="end">{}</text>')
    row = found.format(_MARGIN, top + 14, name, WIDTH - _MARGIN, top + 14, f"{sum(bar.amounts):,.2f}")
    row += _frame(bar, top + 20, most, scale, currency)
    left = float(_MARGIN)
    for number, (partner, amount) in enumerate(zip(partners, bar.amounts, strict=True)):
        if amount <= 0:
            continue
        part = Markup(
            '<rect class="series-{}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{}"><title>{}</title></rect>'
        )
        text = f"{bar.name}: {amount:,.2f} {currency} to {partner}".replace("  ", " ")
        row += part.format(series_of(number), left, top + 20, max(amount * scale, 1), _BAR, text)
        left += amount * scale
    return row


def _frame(bar: TierBar, y: float, most: float, scale: float, currency: str) -> Markup:
    """Return the frame of what fills a tier; it ends at the edge if the tier needs more than fits."""
    if not bar.needed:
        return Markup("")
    frame = Markup('<rect class="needed" x="{}" y="{:.1f}" width="{:.1f}" height="{}"><title>{}</title></rect>')
    text = f"{bar.name}: {bar.needed:,.2f} {currency} would fill it".replace("  ", " ")
    return frame.format(_MARGIN, y, max(min(bar.needed, most) * scale, 1), _BAR, text)
