"""Page of one's own account at /app/account."""

from fastapi import APIRouter

from backend.app.kit.http import Db, Response
from backend.app.web.account import views
from backend.app.web.pages import page, settings_of, visit_of

router = APIRouter(prefix="/account")


@router.get("")
async def account_page(db: Db) -> Response:
    return await page(db, "account/account.html", views.account, visit_of(db), settings_of(db))
