"""View of the audit trail."""

import json
from collections.abc import Callable
from typing import Any

from backend.app.core_gov.audit import service as audit
from backend.app.core_gov.audit.schemas import AuditQuery
from backend.app.kit.db import Tx
from backend.app.web.queries import PageQuery
from backend.app.web.record_links import path_of_record

MAX_SHOWN = 300
"""Characters of a value that are shown."""

_JSON = json.JSONEncoder(ensure_ascii=False)


class AuditPageQuery(PageQuery, AuditQuery):
    """Filters of the page, as the API has them."""


def trail(tx: Tx, query: AuditPageQuery, issued: Callable[[str | None], str | None]) -> dict[str, Any]:
    """Return a page of events, newest first."""
    events, next_cursor = audit.read_events(tx, query.filters, query.limit, query.cursor)
    return {
        "events": [_shown(event) for event in events],
        "next_cursor": issued(next_cursor),
        "filters_given": query,
        "query": query.given,
    }


def _shown(event: dict[str, Any]) -> dict[str, Any]:
    changes = [
        (name, _text(change.get("before")), _text(change.get("after"))) for name, change in event["changes"].items()
    ]
    return {**event, "changes": changes, "path": path_of_record(event["entity_id"])}


def _text(value: Any) -> str:
    """Return a value of a field on one line, cut to a length that fits the page."""
    if value is None:
        return "–"
    text = value if isinstance(value, str) else _beginning(value)
    return text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]}…"


def _beginning(value: Any) -> str:
    """Return a value as JSON, or more characters of it than are shown: a comparison has a hundred times as many."""
    if not isinstance(value, (dict, list)):
        return _JSON.encode(value)
    text = ""
    for part in _JSON.iterencode(value):
        text += part
        if len(text) > MAX_SHOWN:
            break
    return text
