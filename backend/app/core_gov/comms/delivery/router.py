"""HTTP endpoints of deliveries."""

from typing import Annotated

from fastapi import APIRouter, Query

from backend.app.core_gov.comms.delivery import service
from backend.app.core_gov.comms.delivery.schemas import DeliveryList, DeliveryQuery, DeliveryRecord, SendRequest
from backend.app.core_gov.comms.senders.senders_file import find_sender
from backend.app.kit.errors import BadInput, NotFound
from backend.app.kit.http import Db, Response
from backend.app.settings import Settings

router = APIRouter(prefix="/comms", tags=["comms"])


@router.post(
    "/drafts/{draft_id}/send",
    response_model=DeliveryRecord,
    status_code=201,
    summary="Send a draft",
    responses={409: {"description": "a draft that is draft cannot be sent; only one that is ready can"}},
)
async def send_draft(db: Db, draft_id: str, request: SendRequest) -> Response:
    """Gives a draft that is ready to a sender, which sends it after ten seconds, in which it can be canceled.

    The draft cannot change until the delivery ends. It becomes sent when the provider accepts the message.
    """
    assert isinstance(db.site, Settings)
    try:
        sender = find_sender(db.site, request.sender)
    except NotFound:
        raise BadInput.field("sender", f"there is no sender {request.sender[:40]}; senders.toml defines them") from None
    return await db.write(service.send_draft, draft_id, request, sender, db.site.undo_s)


@router.post(
    "/drafts/{draft_id}/cancel",
    response_model=DeliveryRecord,
    summary="Cancel the delivery of a draft",
    responses={409: {"description": "the delivery is delivered and cannot be canceled"}},
)
async def cancel_draft(db: Db, draft_id: str) -> Response:
    """Possible until the request to the provider begins. The draft stays ready, and can change again."""
    return await db.write(service.cancel_draft, draft_id)


@router.get("/drafts/{draft_id}/delivery", response_model=DeliveryRecord, summary="Read the delivery of a draft")
async def delivery_of_draft(db: Db, draft_id: str) -> Response:
    """The newest one. 404 if the draft was never given to a sender."""
    return await db.read(service.delivery_of_draft, draft_id)


@router.get("/deliveries", response_model=DeliveryList, summary="List deliveries")
async def list_deliveries(db: Db, query: Annotated[DeliveryQuery, Query()]) -> Response:
    """Newest first."""
    return await db.read(service.list_deliveries, query)


@router.get("/deliveries/{delivery_id}", response_model=DeliveryRecord, summary="Read a delivery")
async def get_delivery(db: Db, delivery_id: str) -> Response:
    return await db.read(service.get_delivery, delivery_id)
