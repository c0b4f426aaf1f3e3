"""Views of statements: the list, and one statement for printing."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, get_args

from backend.app.core_gov.jv.agreements import service as agreements
from backend.app.core_gov.jv.documents.listing import LedgerEntry, LedgerEntryQuery, list_entries
from backend.app.core_gov.jv.ledger.accounts import account
from backend.app.core_gov.jv.statements import service as statements
from backend.app.core_gov.jv.statements.schemas import StatementKind, StatementQuery, StatementRecord
from backend.app.kit.db import Tx
from backend.app.kit.errors import NotFound
from backend.app.web.joint_ventures.accounts import entry_url, ledger_url
from backend.app.web.joint_ventures.statement_words import WORDS, StatementLanguage, amount_in, movement_in
from backend.app.web.queries import PageQuery
from backend.app.web.stored_fields import fields_of

MAX_LATEST = 10
"""Statements that the page of an agreement shows; the list has all."""

MAX_DISTRIBUTIONS = 50
"""Latest distributions that a notice can be issued for on the page of an agreement."""

CHOICES: dict[str, Any] = {"statement_kinds": get_args(StatementKind)}


class StatementsPageQuery(PageQuery, StatementQuery):
    """Filters of the list, as the API has them."""


def listing(tx: Tx, query: StatementsPageQuery, issued: Callable[[str | None], str | None]) -> dict[str, Any]:
    found = statements.list_statements(tx, query)
    return {
        "rows": [fields_of(StatementRecord, doc) for doc in found.docs],
        "names": _chosen_names(tx, query),
        "next_cursor": issued(found.next_cursor),
        "filters": query,
        "query": query.given,
        **CHOICES,
    }


def _chosen_names(tx: Tx, query: StatementsPageQuery) -> dict[str, str]:
    """Return the names of the partner and the agreement of the filters."""
    names = agreements.names_of(tx, [query.partner_id]) if query.partner_id else {}
    if query.agreement_id:
        try:
            names[query.agreement_id] = agreements.get_agreement(tx, query.agreement_id).fields["name"]
        except NotFound:
            return names
    return names


def of_agreement(tx: Tx, agreement_id: str, today: str) -> dict[str, Any]:
    """Return the latest statements of an agreement, and what the form that issues one needs."""
    latest = statements.list_statements(tx, StatementQuery(agreement_id=agreement_id, limit=MAX_LATEST)).docs
    query = LedgerEntryQuery(kind="distribution", limit=MAX_DISTRIBUTIONS)
    entries = map(LedgerEntry.model_validate_json, list_entries(tx, agreement_id, query).docs)
    standing = [each.document for each in entries if each.document and each.reversed_by is None]
    first, last = last_quarter(date.fromisoformat(today))
    return {
        "statements": [fields_of(StatementRecord, doc) for doc in latest],
        "distributions": standing,
        "declared": {each["id"]: each["entry_id"] for each in standing},
        "period_from": first.isoformat(),
        "period_to": last.isoformat(),
        **CHOICES,
    }


def last_quarter(today: date) -> tuple[date, date]:
    """Return the first and the last day of the latest quarter that is over."""
    start = date(today.year, (today.month - 1) // 3 * 3 + 1, 1)
    last = start - timedelta(days=1)
    return date(last.year, last.month - 2, 1), last


def statement(tx: Tx, statement_id: str) -> dict[str, Any]:
    """Return a statement as it was issued, with the words of its language. Raises NotFound."""
    stored = fields_of(StatementRecord, statements.get_statement(tx, statement_id).doc)
    language: StatementLanguage = stored["language"]
    agreement_id, partner_id = stored["agreement_id"], stored["partner_id"]

    def entries_on(kind: Any) -> str:
        return ledger_url(agreement_id, account=account(kind, partner_id))

    return {
        "statement": stored,
        "words_of": WORDS[language],
        "amount": lambda value: amount_in(value, stored["currency"], language),
        "movement": lambda what: movement_in(what, language),
        "entry_of": lambda entry_id: entry_url(agreement_id, entry_id),
        "entries_on": entries_on,
        "commitments": ledger_url(agreement_id, kind="commitment"),
    }
