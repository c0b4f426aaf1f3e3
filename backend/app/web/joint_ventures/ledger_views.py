"""View of the ledger of an agreement: entries with their documents and lines in words."""

from collections.abc import Callable, Mapping
from typing import Any, get_args

from pydantic import Field

from backend.app.core_gov.jv.agreements import service as agreements
from backend.app.core_gov.jv.documents.listing import EntryKind, LedgerEntry, LedgerEntryQuery, get_entry, list_entries
from backend.app.core_gov.jv.ledger import service as ledger
from backend.app.kit.db import Tx
from backend.app.kit.fields import FilterText
from backend.app.web.formats import day, money, words
from backend.app.web.joint_ventures.accounts import Names, account_name
from backend.app.web.joint_ventures.views import names_of, template_functions
from backend.app.web.queries import PageQuery

_ONE_WAY = frozenset({"reversal", "agreement", "period"})
"""Kinds of entries that cannot be reversed."""

_ONLY_NEVER_HAPPENED = frozenset({"commitment", "amendment"})
"""Kinds of entries that can have never happened, but not be undone later: they move no money."""

MEANINGS = {
    "never_happened": "It never happened: a mistake in the books",
    "undone": "It was undone: it happened, and was taken back later",
}


class LedgerPageQuery(PageQuery, LedgerEntryQuery):
    """Filters of the entries, as the API has them; `entry` is the only one that is shown."""

    entry: FilterText | None = Field(default=None, description="Only this entry")


def entries(
    tx: Tx, agreement_id: str, query: LedgerPageQuery, issued: Callable[[str | None], str | None]
) -> dict[str, Any]:
    """Return a page of the entries of an agreement. Raises NotFound and BadInput."""
    agreement = agreements.get_agreement(tx, agreement_id).fields
    if query.entry is not None:
        found, cursor = [get_entry(tx, agreement_id, query.entry)], None
    else:
        page = list_entries(tx, agreement_id, query)
        found, cursor = [LedgerEntry.model_validate_json(doc) for doc in page.docs], page.next_cursor
    balances = ledger.balances(tx, agreement_id)
    documents = [each.document for each in found if each.document and "terms" in each.document]
    names = names_of(tx, [agreement, *({"deal_ids": [], **each} for each in documents)])
    return {
        "agreement": agreement,
        "entries": [_shown(each, names) for each in found],
        "accounts": [(each, account_name(each, names)) for each in balances],
        "balance": balances.get(query.account or ""),
        "account_name": account_name(query.account, names) if query.account else None,
        "kinds": get_args(EntryKind),
        "next_cursor": issued(cursor),
        "filters": query,
        "query": query.given,
        "meanings": MEANINGS,
        **template_functions(agreement_id),
    }


def _shown(entry: LedgerEntry, names: Names) -> dict[str, Any]:
    may_be_reversed = entry.kind not in _ONE_WAY and entry.reversed_by is None and entry.document is not None
    return {
        **entry.model_dump(),
        "title": _title(entry, names),
        "facts": _facts(entry, names),
        "lines": [
            {
                "debit": each.debit,
                "credit": each.credit,
                "debit_name": account_name(each.debit, names),
                "credit_name": account_name(each.credit, names),
                "amount": each.amount,
            }
            for each in entry.lines
        ],
        "may_be_reversed": may_be_reversed,
        "may_be_undone": may_be_reversed and entry.kind not in _ONLY_NEVER_HAPPENED,
    }


def _title(entry: LedgerEntry, names: Names) -> str:
    document: Mapping[str, Any] = entry.document or {}
    match entry.kind:
        case "contribution" | "commitment":
            partner = document.get("partner_id", "")
            return f"{entry.kind.capitalize()} of {names.get(partner, partner)}"
        case "transaction":
            return f"{words(document.get('kind')).capitalize()}"
        case "period":
            return f"Books {'closed' if document.get('action') == 'close' else 'reopened'}"
        case _:
            return entry.kind.capitalize()


_LABELS = {
    "name": "Name",
    "partner_id": "Partner",
    "deal_id": "Deal",
    "amount": "Amount",
    "cash": "Cash",
    "cost": "Cost",
    "interest": "Interest",
    "loan": "Loan",
    "declared_on": "Declared on",
    "payable_on": "Payable on",
    "true_up": "True-up",
    "through": "Closed through",
    "meaning": "Meaning",
    "effective_from": "Terms from",
    "distribution_id": "Distribution",
    "note": "Note",
}
"""Fields of documents that are shown, in this order."""

_AMOUNTS = frozenset({"amount", "cash", "cost", "interest"})


def _facts(entry: LedgerEntry, names: Names) -> list[tuple[str, Any]]:
    """Return the fields of a document with their labels; those without a value are left out."""
    document: Mapping[str, Any] = entry.document or {}
    found: list[tuple[str, Any]] = []
    for field, label in _LABELS.items():
        value = document.get(field)
        if value is None or value is False:
            continue
        if field in _AMOUNTS:
            value = money(value, entry.currency, 2)
        elif field.endswith(("_on", "_from")) or field == "through":
            value = day(value)
        elif field == "meaning":
            value = MEANINGS[value]
        elif value is True:
            value = "yes"
        found.append((label, names.get(value, value)))
    return found
