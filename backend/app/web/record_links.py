"""The page of a record, by its id: ids carry their kind."""

PAGES_OF_KINDS = {"pr": "properties", "deal": "deals", "p": "partners", "dr": "messages"}
"""Path below /app of the pages of each kind, by the prefix of its ids."""


def path_of_record(record_id: str | None) -> str | None:
    """Return the path of the page of a record; None if there is no page of its kind."""
    prefix, _, rest = (record_id or "").rpartition("_")
    noun = PAGES_OF_KINDS.get(prefix)
    return f"/app/{noun}/{record_id}" if noun and rest else None
