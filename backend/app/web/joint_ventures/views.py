"""Views of agreements: the list, and the page of one agreement."""

from collections.abc import Callable, Iterable
from typing import Any, get_args

from backend.app.core_gov.jv.agreements import service as agreements
from backend.app.core_gov.jv.agreements.schemas import AgreementQuery, AgreementRecord, AmendmentQuery, Currency
from backend.app.core_gov.jv.distributions.summary import AgreementSummary, summary
from backend.app.core_gov.jv.documents.schemas import TransactionKind
from backend.app.core_gov.jv.ledger.accounts import account, kind_of
from backend.app.deals import service as deals
from backend.app.deals.schemas import DealRecord
from backend.app.kit import clock
from backend.app.kit.db import Tx
from backend.app.kit.fields import load
from backend.app.kit.ids import new_id
from backend.app.web.joint_ventures.accounts import account_name, entry_url, ledger_url
from backend.app.web.joint_ventures.statement_views import of_agreement
from backend.app.web.queries import PageQuery
from backend.app.web.stored_fields import fields_of

MAX_SHOWN = 50
"""Maximum number of agreements or amendments that a page of another record shows; the list has all."""


class AgreementsPageQuery(PageQuery, AgreementQuery):
    """Filters of the list, as the API has them."""


def listing(tx: Tx, query: AgreementsPageQuery, issued: Callable[[str | None], str | None]) -> dict[str, Any]:
    found = agreements.list_agreements(tx, query)
    rows = [fields_of(AgreementRecord, doc) for doc in found.docs]
    chosen = [each for each in (query.partner_id, query.deal_id) if each]
    return {
        "rows": rows,
        "names": names_of(tx, rows) | _names(tx, chosen),
        "next_cursor": issued(found.next_cursor),
        "filters": query,
        "query": query.given,
        "currencies": get_args(Currency),
    }


def agreement(tx: Tx, agreement_id: str) -> dict[str, Any]:
    """Return an agreement as it is today, with what can be recorded in it. Raises NotFound and Conflict."""
    found = summary(tx, agreement_id)
    stored = found.agreement.model_dump()
    amendments = agreements.list_amendments(tx, AmendmentQuery(agreement_id=agreement_id, limit=MAX_SHOWN)).docs
    names = names_of(tx, [stored, {"terms": found.terms.model_dump(), "deal_ids": []}])
    balances = {each.account: each.amount for each in found.balances}
    return {
        "agreement": stored,
        "summary": found,
        "names": names,
        "cash": balances.get("cash", 0),
        "balances": [(each, account_name(each.account, names)) for each in found.balances if each.amount],
        "amendments": [load(doc) for doc in amendments],
        "loans": [each.account.partition(":")[2] for each in found.balances if kind_of(each.account) == "loan"],
        "pay_on": _days_of_payment(found),
        "kinds": get_args(TransactionKind),
        **of_agreement(tx, agreement_id, found.on),
        **template_functions(agreement_id),
    }


def template_functions(agreement_id: str) -> dict[str, Any]:
    """Return the functions that templates of an agreement call."""
    return {
        "ledger_of": lambda **filters: ledger_url(agreement_id, **filters),
        "entry_of": lambda entry_id: entry_url(agreement_id, entry_id),
        "account_of": account,
        "new_key": new_source_key,
        "today": clock.today(),
    }


def new_source_key() -> str:
    """Return the key of a form: sending the same form again does not post a second time."""
    return new_id("console")


def _days_of_payment(found: AgreementSummary) -> dict[str, str]:
    """Return the day that the form of each due distribution proposes: the payable day, but not in the future."""
    return {each.distribution_id: min(each.payable_on, found.on) for each in found.due}


def agreements_of_deal(tx: Tx, deal_id: str) -> list[dict[str, Any]]:
    """Return the latest agreements that cover a deal."""
    found = agreements.list_agreements(tx, AgreementQuery(deal_id=deal_id, limit=MAX_SHOWN))
    return [fields_of(AgreementRecord, doc) for doc in found.docs]


def names_of(tx: Tx, documents: Iterable[dict[str, Any]]) -> dict[str, str]:
    """Return the names of the partners and deals of agreements by id."""
    ids: dict[str, None] = {}
    for each in documents:
        ids |= dict.fromkeys([*each["terms"]["partners"], *each["deal_ids"]])
    return _names(tx, list(ids))


def _names(tx: Tx, ids: list[str]) -> dict[str, str]:
    found = agreements.names_of(tx, ids)
    for deal_id, stored in deals.find_deals(tx, ids).items():
        found[deal_id] = str(fields_of(DealRecord, stored.doc)["name"])
    return found
