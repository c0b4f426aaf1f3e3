"""Pages of joint ventures under /app/agreements and /app/statements."""

from typing import Annotated

from fastapi import APIRouter, Query

from backend.app.kit.http import Db, Response
from backend.app.web.joint_ventures import editor, ledger_views, statement_views, views
from backend.app.web.joint_ventures.distribution_views import DistributionPageQuery, distribution
from backend.app.web.joint_ventures.editor import ExampleBody, NewAgreementQuery
from backend.app.web.joint_ventures.ledger_views import LedgerPageQuery
from backend.app.web.joint_ventures.statement_views import StatementsPageQuery
from backend.app.web.joint_ventures.views import AgreementsPageQuery
from backend.app.web.pages import computed_page, page

router = APIRouter()


@router.get("/agreements")
async def agreements_page(db: Db, query: Annotated[AgreementsPageQuery, Query()]) -> Response:
    return await page(db, "joint_ventures/list.html", views.listing, query, db.issued)


@router.get("/agreements/new")
async def new_agreement_page(db: Db, query: Annotated[NewAgreementQuery, Query()]) -> Response:
    db.require("operator")
    return await page(db, "joint_ventures/new.html", editor.new_agreement, query)


@router.post("/agreements/example")
async def worked_example(db: Db, body: ExampleBody) -> Response:
    """Part of the editor of terms: how an example would be divided. Nothing is stored."""
    return await page(db, "joint_ventures/example.html", editor.example, body)


@router.get("/agreements/{agreement_id}")
async def agreement_page(db: Db, agreement_id: str) -> Response:
    return await page(db, "joint_ventures/agreement.html", views.agreement, agreement_id)


@router.get("/agreements/{agreement_id}/amend")
async def amendment_page(db: Db, agreement_id: str) -> Response:
    db.require("operator")
    return await page(db, "joint_ventures/amend.html", editor.amendment, agreement_id)


@router.get("/agreements/{agreement_id}/ledger")
async def ledger_page(db: Db, agreement_id: str, query: Annotated[LedgerPageQuery, Query()]) -> Response:
    return await page(db, "joint_ventures/ledger.html", ledger_views.entries, agreement_id, query, db.issued)


@router.get("/agreements/{agreement_id}/distribution")
async def distribution_page(db: Db, agreement_id: str, query: Annotated[DistributionPageQuery, Query()]) -> Response:
    return await computed_page(db, "joint_ventures/distribution.html", distribution, agreement_id, query)


# Statements


@router.get("/statements")
async def statements_page(db: Db, query: Annotated[StatementsPageQuery, Query()]) -> Response:
    return await page(db, "joint_ventures/statements.html", statement_views.listing, query, db.issued)


@router.get("/statements/{statement_id}")
async def statement_page(db: Db, statement_id: str) -> Response:
    return await page(db, "joint_ventures/statement.html", statement_views.statement, statement_id)
