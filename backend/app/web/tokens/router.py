"""Page of access tokens at /app/account/tokens."""

from fastapi import APIRouter

from backend.app.kit.http import Db, Response
from backend.app.web.pages import page
from backend.app.web.tokens import views

router = APIRouter(prefix="/account/tokens")


@router.get("")
async def tokens_page(db: Db) -> Response:
    return await page(db, "tokens/list.html", views.listing, db.caller)
