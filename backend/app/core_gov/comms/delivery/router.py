"""HTTP endpoints of deliveries."""

from asyncio import to_thread
from typing import Annotated

from fastapi import APIRouter, Query

from backend.app.core_gov.comms.delivery import sending_status, service, settlement
from backend.app.core_gov.comms.delivery.schemas import (
    DeliveryCheck,
    DeliveryCreate,
    DeliveryEvidence,
    DeliveryList,
    DeliveryQuery,
    DeliveryRecord,
    GivenOverride,
    ReleaseRequest,
    SendingStatus,
    Settlement,
    StopRequest,
)
from backend.app.core_gov.comms.gate.rules_file import rules_in_force
from backend.app.core_gov.comms.senders.senders_file import Sender, find_sender, usable_senders
from backend.app.kit.errors import BadInput, NotFound
from backend.app.kit.http import Db, RequestWork, Response
from backend.app.kit.http.operation import admits
from backend.app.settings import Settings

router = APIRouter(prefix="/comms", tags=["comms"])


@router.post(
    "/drafts/{draft_id}/check",
    response_model=DeliveryCheck,
    summary="Check what would happen to a draft that is sent",
)
async def check_draft(db: Db, draft_id: str, request: DeliveryCreate) -> Response:
    """The decision of the gate with its rules and their sources, the segments of the text, and the cost. Nothing is
    stored or sent."""
    sender, pack = await _sender(db, request.sender), await to_thread(rules_in_force, _settings(db))
    return await db.compute(service.check_now, draft_id, request, sender, pack)


@router.post(
    "/drafts/{draft_id}/send",
    response_model=DeliveryRecord,
    status_code=201,
    summary="Send a draft",
    responses={409: {"description": "a draft that is draft cannot be sent; only one that is ready can"}},
)
async def send_draft(db: Db, draft_id: str, request: DeliveryCreate) -> Response:
    """Gives a draft that is ready to a sender, which sends it after ten seconds, in which it can be canceled.

    The draft cannot change until the delivery ends. It becomes sent when the provider accepts the message. If a rule
    says to wait, the delivery waits; if a person must decide, it is held; if a rule refuses, 409 says which.
    """
    sender, pack = await _sender(db, request.sender), await to_thread(rules_in_force, _settings(db))
    return await db.write(service.send_draft, draft_id, request, sender, pack, _settings(db).undo_s)


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


@router.get(
    "/deliveries/{delivery_id}/evidence", response_model=DeliveryEvidence, summary="Read the evidence about a delivery"
)
async def get_evidence(db: Db, delivery_id: str) -> Response:
    """Its events, and for an uncertain one the messages of the provider's list that fit it."""
    return await db.snapshot(settlement.evidence, delivery_id)


@router.post("/deliveries/{delivery_id}/release", response_model=DeliveryRecord, summary="Release a held delivery")
@admits(role="admin")
async def release_delivery(db: Db, delivery_id: str, given: GivenOverride) -> Response:
    """It goes on, ignoring the rules that are named. The gate decides again before it is sent."""
    return await db.write(settlement.release_delivery, delivery_id, given)


@router.post("/deliveries/{delivery_id}/settle", response_model=DeliveryRecord, summary="Settle an uncertain delivery")
@admits(role="admin")
async def settle_delivery(db: Db, delivery_id: str, found: Settlement) -> Response:
    """Records whether the provider took the message over. If it did, the draft becomes sent; if not, it is free."""
    return await db.write(settlement.settle_delivery, delivery_id, found)


@router.get("/sending", response_model=SendingStatus, summary="Read the state of all sending")
async def get_sending(db: Db) -> Response:
    """Holds, senders with what went wrong last, and the number of deliveries in each state."""
    return await db.snapshot(sending_status.sending_status, *await _senders(db))


@router.post("/stop", response_model=SendingStatus, summary="Stop all sending")
async def stop_sending(db: Db, request: StopRequest) -> Response:
    """The emergency stop: no further request to a provider begins, in any process. Stopping again changes nothing."""
    return await db.write(sending_status.stop, request.reason, *await _senders(db))


@router.post("/resume", response_model=SendingStatus, summary="End the emergency stop")
@admits(role="admin")
async def resume_sending(db: Db) -> Response:
    """Messages that wait are sent as their rules permit."""
    return await db.write(sending_status.resume, *await _senders(db))


@router.post(
    "/release",
    response_model=SendingStatus,
    summary="Release the hold after a copy",
    responses={409: {"description": "messages of AC… since the copy were not read, and opt-outs may be among them"}},
)
@admits(role="admin")
async def release_sending(db: Db, request: ReleaseRequest) -> Response:
    """After a restore, a transfer or a rebuild nothing is sent, because the other copy may have sent it."""
    senders, faults = await _senders(db)
    return await db.write(sending_status.release, senders, faults, request.override)


def _settings(db: RequestWork) -> Settings:
    assert isinstance(db.site, Settings)
    return db.site


async def _senders(db: RequestWork) -> tuple[dict[str, Sender], list[str]]:
    return await to_thread(usable_senders, _settings(db))


async def _sender(db: RequestWork, name: str) -> Sender:
    """Return a sender. Raises BadInput if there is none of this name."""
    try:
        return await to_thread(find_sender, _settings(db), name)
    except NotFound:
        raise BadInput.field("sender", f"there is no sender {name[:40]}; senders.toml defines them") from None
