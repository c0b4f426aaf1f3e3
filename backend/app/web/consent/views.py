"""Views of opt-outs and of consent."""

from collections.abc import Callable
from typing import Any, get_args

from backend.app.core_gov.comms.consent import service
from backend.app.core_gov.comms.consent.schemas import (
    ConsentChannel,
    ConsentKind,
    ConsentQuery,
    OptOutQuery,
    OptOutSource,
)
from backend.app.kit import clock
from backend.app.kit.db import Tx
from backend.app.kit.fields import load
from backend.app.kit.records import Page
from backend.app.web.queries import PageQuery

Issued = Callable[[str | None], str | None]


class OptOutsQuery(PageQuery, OptOutQuery):
    """Filters of the opt-outs, as the API has them."""


class ConsentsQuery(PageQuery, ConsentQuery):
    """Filters of the consent, as the API has them."""


def opt_outs(tx: Tx, query: OptOutsQuery, issued: Issued) -> dict[str, Any]:
    """Return a page of opt-outs, ended ones too, newest first."""
    return _listed(service.list_opt_outs(tx, query), query, issued) | {"sources": get_args(OptOutSource)}


def consents(tx: Tx, query: ConsentsQuery, issued: Issued) -> dict[str, Any]:
    """Return a page of consent, newest first."""
    listed = _listed(service.list_consents(tx, query), query, issued)
    return listed | {"kinds": get_args(ConsentKind), "today": clock.local_day(tx.now)}


def _listed(found: Page[Any], query: OptOutsQuery | ConsentsQuery, issued: Issued) -> dict[str, Any]:
    return {
        "records": [load(doc) for doc in found.docs],
        "next_cursor": issued(found.next_cursor),
        "given": query,
        "query": query.given,
        "channels": get_args(ConsentChannel),
    }
