"""The page of a record, by its id: ids carry their kind."""

from urllib.parse import parse_qs, urlencode, urlsplit

from backend.app.core_gov.search.schemas import SearchHit

PAGES_OF_KINDS = {
    "pr": "properties",
    "deal": "deals",
    "p": "partners",
    "agr": "agreements",
    "dr": "messages",
    "dl": "deliveries",
    "sale": "sales",
    "per": "people",
    "stm": "statements",
}
"""Path below /app of the pages of each kind, by the prefix of its ids."""

_NAMED_IN_PATH = ("draft_id", "partner_id", "property_id")
"""Parameters of a found record's path that name the record on whose page it is shown."""


def path_of_record(record_id: str | None) -> str | None:
    """Return the path of the page of a record; None if there is no page of its kind."""
    prefix, _, rest = (record_id or "").rpartition("_")
    noun = PAGES_OF_KINDS.get(prefix)
    return f"/app/{noun}/{record_id}" if noun and rest else None


def page_of_hit(hit: SearchHit) -> str:
    """Return the path of the page that shows a found record: its own, that of its draft, partner or property.

    What is on no page is found again by a search for its id.
    """
    named = parse_qs(urlsplit(hit.path).query)
    ids = (hit.id, *(named.get(name, [""])[0] for name in _NAMED_IN_PATH))
    return next(filter(None, map(path_of_record, ids)), f"/app/search?{urlencode({'q': hit.id})}")
