"""Pages of messages under /app/messages."""

from typing import Annotated

from fastapi import APIRouter, Query

from backend.app.kit.http import Db, Response
from backend.app.web.messages import views
from backend.app.web.messages.views import DraftsQuery, NewMessageQuery, SentMessagesQuery
from backend.app.web.pages import page, settings_of, visit_of

router = APIRouter(prefix="/messages")


@router.get("")
async def drafts_page(db: Db, query: Annotated[DraftsQuery, Query()]) -> Response:
    return await page(db, "messages/drafts.html", views.drafts, query, db.issued, visit_of(db).may_write)


@router.get("/new")
async def new_message_page(db: Db, query: Annotated[NewMessageQuery, Query()]) -> Response:
    db.require("operator")
    return await page(db, "messages/new.html", views.new_message, query)


@router.get("/sent")
async def send_log_page(db: Db, query: Annotated[SentMessagesQuery, Query()]) -> Response:
    return await page(db, "messages/sent.html", views.sent, query, db.issued)


@router.get("/{draft_id}")
async def message_page(db: Db, draft_id: str) -> Response:
    return await page(db, "messages/message.html", views.message, draft_id, db.ctx.actor, settings_of(db))
