"""Cells of the table of properties, in the columns that a person has chosen."""

from collections.abc import Callable

from markupsafe import Markup, escape

from backend.app.web.formats import NOTHING, day, moment_day, money, number, or_dash, pill
from backend.app.web.properties.columns import COLUMNS, TableColumn
from backend.app.web.properties.property_row import PropertyRow

Content = Callable[[PropertyRow], Markup]


def _field(name: str) -> Content:
    return lambda row: escape(or_dash(row.home[name]))


def _number(name: str) -> Content:
    return lambda row: number(row.home[name])


def _amount(name: str) -> Content:
    return lambda row: money(row.amount(name), row.currency)


def _spread(row: PropertyRow) -> Markup:
    amount = row.amount("spread")
    if amount is None:
        return NOTHING
    kind = "good" if amount > 0 else "bad"
    return Markup(f'<span class="{kind}">{money(amount, row.currency)}</span>')  # noqa: S704 - an amount


def _next_action(row: PropertyRow) -> Markup:
    if not row.next_action:
        return NOTHING
    deal_id, action = escape(row.home["deal_id"]), escape(row.next_action)
    when = f" {day(row.next_action_date)}" if row.next_action_date else ""
    return Markup(f'<a href="/app/deals/{deal_id}" title="{action}">{action}</a>{when}')  # noqa: S704 - escaped


_CONTENTS: dict[str, Content] = {
    **{name: _field(name) for name in COLUMNS},
    **{name: _number(name) for name in ("beds", "baths", "sqft", "lot_sqft")},
    **{name: _amount(name) for name in ("value", "arv", "repairs")},
    "status": lambda row: pill(row.home["status"]),
    "spread": _spread,
    "last_contact": lambda row: moment_day(row.last_contact),
    "updated_at": lambda row: moment_day(row.home["updated_at"]),
    "next_action": _next_action,
}


def _opening(column: TableColumn) -> str:
    kind = "numeric" if column.is_numeric else "action wide" if column.name == "next_action" else ""
    classes = f' class="{kind}"' if kind else ""
    return f'<td data-label="{column.label}"{classes}>'


_OPENINGS = {name: _opening(column) for name, column in COLUMNS.items()}


def cells_of(row: PropertyRow, columns: tuple[str, ...]) -> Markup:
    """Return the cells of a row in some columns."""
    return Markup("".join([f"{_OPENINGS[name]}{_CONTENTS[name](row)}</td>" for name in columns]))  # noqa: S704 - escaped
