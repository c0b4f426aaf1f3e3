"""Values as people read them: amounts with their currency, areas, dates, times.

Numbers are rendered as in American English. A script of the console rewrites them in the reader's locale, and times in
the reader's time zone.
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from markupsafe import Markup, escape

NOTHING = Markup('<span class="none" aria-label="none">–</span>')


def number(value: float | None, digits: int | None = None) -> Markup:
    """Return a number with separators, with at most two decimals unless `digits` are given; a dash for None."""
    if value is None:
        return NOTHING
    if isinstance(value, int) and digits is None:
        return Markup(f'<data class="number" value="{value}">{value:,}</data>')  # noqa: S704 - a number
    text = f"{value:,.2f}".rstrip("0").rstrip(".") if digits is None else f"{value:,.{digits}f}"
    options = "" if digits is None else f' data-digits="{digits}"'
    return Markup(f'<data class="number" value="{value:.10g}"{options}>{text}</data>')  # noqa: S704 - numbers


def plain(value: float | None) -> str:
    """Return a number as the value of a control: `45000`, `2.5`; empty for None."""
    if value is None:
        return ""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def money(value: float | None, currency: str | None, digits: int = 0) -> Markup:
    """Return an amount with its currency, such as USD 863,441."""
    if value is None:
        return NOTHING
    sign = "−" if value < 0 else ""
    code = escape(currency or "")
    return Markup(  # noqa: S704 - numbers, and a code that is escaped
        f'<data class="money" value="{value:.2f}" data-currency="{code}" data-digits="{digits}">'
        f"{code} {sign}{abs(value):,.{digits}f}</data>"
    )


def percent(value: float | None, digits: int = 1) -> str:
    """Return a percentage: `percent(12.5)` is `12.5 %`."""
    return "–" if value is None else f"{_fixed(value, digits)} %"


def signed(value: float | None, digits: int = 0) -> str:
    """Return a number with its sign, such as +9,244."""
    if value is None:
        return "–"
    return _fixed(value, digits, "+")


def _fixed(value: float, digits: int, sign: str = "") -> str:
    """Return a number with this many decimals and a minus sign, but never a negative zero."""
    rounded = round(value, digits)
    return f"{rounded:{sign},.{digits}f}".replace("-", "−") if rounded else f"{0:.{digits}f}"


def moment(value: str | None) -> Markup:
    """Return an ISO 8601 time in UTC as a `time` element, whose text a script shows in the reader's zone."""
    if not value:
        return NOTHING
    at, shown = escape(value), escape(f"{value[:10]} {value[11:16]}")
    return Markup(f'<time datetime="{at}" title="{shown} UTC">{shown} UTC</time>')  # noqa: S704 - escaped


def moment_day(value: str | None) -> Markup:
    """Return the day of an ISO 8601 time in UTC, whose text a script shows in the reader's zone."""
    if not value:
        return NOTHING
    at, day_of, time = escape(value), escape(value[:10]), escape(value[11:16])
    return Markup(f'<time datetime="{at}" data-day title="{day_of} {time} UTC">{day_of}</time>')  # noqa: S704 - escaped


def day(value: str | None) -> Markup:
    """Return a calendar day, which is the same in every time zone."""
    if not value:
        return NOTHING
    text = escape(value)
    return Markup(f'<time datetime="{text}" class="day">{text}</time>')  # noqa: S704 - escaped


def words(value: str | None) -> str:
    """Return a stored value such as `under_contract` as words."""
    return (value or "").replace("_", " ")


def sentence(text: str) -> str:
    """Return a text of the API, which may stand within a sentence, with a capital first."""
    return text[:1].upper() + text[1:]


def or_dash(value: object) -> object:
    return NOTHING if value is None or value == "" else value


def kilometers(value: float | None, country: str | None = "CA") -> str:
    """Return a distance in kilometers, or in miles for the US."""
    if value is None:
        return "–"
    return f"{value / 1.609344:,.2f} mi" if country == "US" else f"{value:,.2f} km"


def url(path: str, query: dict[str, Any] | None = None, **changes: Any) -> str:
    """Return a path with the query, after changes. A parameter that is None is left out."""
    merged = {**(query or {}), **changes}
    pairs = [(name, value) for name, value in merged.items() if value is not None and value != ""]
    return f"{path}?{urlencode(pairs, doseq=True)}" if pairs else path


def is_web_address(value: object) -> bool:
    """Return whether a value may be the target of a link: a record edited by hand may hold anything."""
    return isinstance(value, str) and value.lower().startswith(("https://", "http://"))


def pill(value: str | None) -> Markup:
    """Return a status as a small label, colored by the style sheet."""
    return Markup(f'<span class="pill" data-status="{escape(value)}">{escape(words(value))}</span>')  # noqa: S704 - escaped


FILTERS: dict[str, Callable[..., Any]] = {
    "number": number,
    "plain": plain,
    "money": money,
    "percent": percent,
    "signed": signed,
    "moment": moment,
    "moment_day": moment_day,
    "day": day,
    "words": words,
    "sentence": sentence,
    "or_dash": or_dash,
    "kilometers": kilometers,
    "url": url,
    "pill": pill,
    "is_web_address": is_web_address,
}
