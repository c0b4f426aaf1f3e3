"""Titles, subtitles and paths of found records, from their documents. Pure."""

from collections.abc import Callable
from typing import Any, NamedTuple
from urllib.parse import quote

from backend.app.kit.text import shorten

MAX_TITLE = 120
"""Characters of a title or subtitle."""

Fields = dict[str, Any]


class Presentation(NamedTuple):
    """How a record is shown: title, subtitle, and its path in the API."""

    title: str
    subtitle: str
    path: str


Present = Callable[[Fields], Presentation]


def deal(fields: Fields) -> Presentation:
    title = _line(fields.get("name"))
    address = _line(fields.get("address"))
    amount = _amount(fields.get("price"), fields.get("currency"))
    shown = "" if address == title else address
    return Presentation(title, _joined(shown, fields.get("strategy"), amount), _path("/core/deals", fields))


def partner(fields: Fields) -> Presentation:
    subtitle = _joined(fields.get("role"), fields.get("email"), fields.get("phone"))
    return Presentation(_line(fields.get("name")), subtitle, _path("/core/jv/partners", fields))


def link(fields: Fields, partner_name: str | None, deal_name: str | None) -> Presentation:
    """Present a link by the names of its partner and deal; by their ids if they are not on file."""
    ids = {name: quote(_line(fields.get(name)), safe="") for name in ("partner_id", "deal_id")}
    path = f"/core/jv/links?partner_id={ids['partner_id']}&deal_id={ids['deal_id']}"
    names = [_line(name) or ids[key] for key, name in (("partner_id", partner_name), ("deal_id", deal_name))]
    return Presentation(" – ".join(names)[:MAX_TITLE], _line(fields.get("relationship")), path)


def property_(fields: Fields) -> Presentation:
    subtitle = _joined(fields.get("city"), fields.get("region"), fields.get("postal"))
    return Presentation(_line(fields.get("address")), subtitle, _path("/core/property/properties", fields))


def draft(fields: Fields) -> Presentation:
    return Presentation(_message(fields), _recipient(fields), _path("/core/comms/drafts", fields))


def sendlog(fields: Fields) -> Presentation:
    draft_id = fields.get("draft_id")
    path = f"/core/comms/sendlog?draft_id={quote(draft_id, safe='')}" if isinstance(draft_id, str) else None
    sent = _line(fields.get("sent_at"))[:10]
    return Presentation(_message(fields), _joined(_recipient(fields), sent), path or "/core/comms/sendlog")


def appraisal(fields: Fields) -> Presentation:
    named = (fields.get(name) for name in ("address", "parcel", "property_id"))
    title = next((line for each in named if (line := _line(each))), "")
    amount = _amount(fields.get("value"), fields.get("currency"))
    subtitle = _joined(amount, fields.get("date"), fields.get("appraiser"))
    return Presentation(title, subtitle, _path("/core/market/appraisals", fields))


def note(fields: Fields) -> Presentation:
    subtitle = _joined(f"on {fields.get('entity')}", fields.get("date"), fields.get("author"))
    return Presentation(_line(fields.get("text")), subtitle, _path("/core/notes", fields))


def sale(fields: Fields) -> Presentation:
    """Present a sale by its typed columns."""
    title = next((line for name in ("address", "parcel", "id") if (line := _line(fields.get(name)))), "")
    amount = _amount(fields["price_cents"] / 100, fields.get("currency"))
    subtitle = _joined(fields.get("city"), f"{amount} on {fields.get('close_date')}", fields.get("market"))
    return Presentation(title, subtitle, _path("/core/market/sales", fields))


def _message(fields: Fields) -> str:
    return _line(fields.get("subject")) or _line(fields.get("body"))


def _recipient(fields: Fields) -> str:
    to = _line(fields.get("to"))
    return f"{fields.get('channel')} to {to}" if to else _line(fields.get("channel"))


def _path(prefix: str, fields: Fields) -> str:
    return f"{prefix}/{quote(_line(fields.get('id')), safe='')}"


def _amount(amount: object, currency: object) -> str:
    if not isinstance(amount, int | float) or isinstance(amount, bool):
        return ""
    return f"{amount:,.2f}".removesuffix(".00") + f" {currency}"


def _joined(*parts: object) -> str:
    return ", ".join(line for part in parts if (line := _line(part)))[:MAX_TITLE]


def _line(value: object) -> str:
    """Return the text on one line, shortened; empty for anything else."""
    return shorten(value, MAX_TITLE) if isinstance(value, str) and value.strip() else ""
