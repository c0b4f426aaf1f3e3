"""Page of messages that people sent, at /app/inbox."""

from typing import Annotated

from fastapi import APIRouter, Query

from backend.app.kit.http import Db, Response
from backend.app.web.inbox import views
from backend.app.web.inbox.views import InboxQuery
from backend.app.web.pages import page

router = APIRouter(prefix="/inbox")


@router.get("")
async def inbox_page(db: Db, query: Annotated[InboxQuery, Query()]) -> Response:
    return await page(db, "inbox/list.html", views.listing, query, db.issued)
