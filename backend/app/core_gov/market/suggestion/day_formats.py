"""Detection of the formats of days in a column: pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from backend.app.core_gov.market.importing import dates

_MONTH_FIRST = ("%m/%d/%Y", "%m/%d/%y", "%m-%d-%Y", "%m-%d-%y", "%m.%d.%Y", "%m%d%Y")
_DAY_FIRST = ("%d/%m/%Y", "%d/%m/%y", "%d-%m-%Y", "%d-%m-%y", "%d.%m.%Y", "%d%m%Y")
_OTHERS = ("%d-%b-%y", "%b-%d-%y", "%y/%m/%d", "%B %d, %y", dates.EPOCH, dates.EPOCH_MS)
_DIGITS = frozenset({"%m%d%Y", "%d%m%Y"})
_OTHER_ORDER = dict(zip((*_MONTH_FIRST, *_DAY_FIRST), (*_DAY_FIRST, *_MONTH_FIRST), strict=True))
_ENOUGH = 0.8
_EPOCH_SECONDS = re.compile(r"-?\d{9,10}(?:\.0+)?", re.ASCII)
_EPOCH_MILLISECONDS = re.compile(r"-?\d{12,13}(?:\.0+)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class DayFormats:
    """Formats that read a column of days, none if they need none; `share` of its values are read, and `doubt` says
    what is not certain.
    """

    formats: tuple[str, ...]
    share: float
    doubt: str | None = None


def day_formats(values: Sequence[object], *, day_first: bool) -> DayFormats | None:
    """Return the formats of a column; None if it has no days. `day_first` decides where both orders fit."""
    plain = {at for at, value in enumerate(values) if _is_read(value, ())}
    if len(plain) >= len(values) * 0.99:
        return DayFormats((), len(plain) / len(values)) if values else None
    order = (*_DAY_FIRST, *_MONTH_FIRST) if day_first else (*_MONTH_FIRST, *_DAY_FIRST)
    read = {form: {at for at, value in enumerate(values) if _fits(value, form)} for form in (*order, *_OTHERS)}
    if plain and len(plain) < len(values):
        read["%Y-%m-%d"] = {at for at, value in enumerate(values) if _fits(value, "%Y-%m-%d")}
    chosen: list[str] = []
    left = {at for at in range(len(values)) if not (at in plain and str(values[at]).isdigit())}
    while left and len(chosen) < 3:
        form = max(read, key=lambda each: len(read[each] & left))
        if len(read[form] & left) <= len(values) * 0.005:
            break
        chosen.append(form)
        left -= read[form]
    share = 1 - len(left) / max(1, len(values))
    if share < _ENOUGH or not chosen:
        return DayFormats((), len(plain) / len(values)) if len(plain) >= _ENOUGH * len(values) else None
    return DayFormats(tuple(chosen), share, _doubt(chosen, read))


def _is_read(value: object, forms: tuple[str, ...]) -> bool:
    try:
        return (dates.day_written(forms) if forms else dates.day)(value) is not None
    except ValueError:
        return False


def _fits(value: object, form: str) -> bool:
    if form == dates.EPOCH:
        return bool(_EPOCH_SECONDS.fullmatch(str(value)))
    if form == dates.EPOCH_MS:
        return bool(_EPOCH_MILLISECONDS.fullmatch(str(value)))
    return str(value).isdigit() == (form in _DIGITS) and _is_read(value, (form,))


def _doubt(chosen: Sequence[str], read: dict[str, set[int]]) -> str | None:
    for form in chosen:
        other = _OTHER_ORDER.get(form)
        if other is not None and read[form] <= read[other]:
            return f"{other} fits as well: which is the month?"
        if form in {dates.EPOCH, dates.EPOCH_MS}:
            return "these numbers look like times since 1970 in UTC"
        if "%y" in form:
            return "the year has two digits: 69 to 99 are read as 1969 to 1999"
    return None
