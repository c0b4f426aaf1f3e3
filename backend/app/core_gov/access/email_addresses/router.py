"""HTTP endpoint of one's own email address."""

from fastapi import APIRouter

from backend.app.core_gov.access import requests
from backend.app.core_gov.access.email_addresses import service
from backend.app.core_gov.access.email_addresses.schemas import EmailChange
from backend.app.core_gov.access.email_addresses.service import Follow
from backend.app.core_gov.access.people.schemas import PersonRecord
from backend.app.kit.http import Db, Response
from backend.app.kit.http.docs import NOT_STORED
from backend.app.kit.http.operation import admits


def own_address(follow: Follow) -> APIRouter:
    """Return the router; `follow` gives to a new address what is kept under the earlier one."""
    router = APIRouter()

    @router.post("/email", response_model=PersonRecord, summary="Change your email address", openapi_extra=NOT_STORED)
    @admits(readers=True)
    async def change_email(db: Db, given: EmailChange) -> Response:
        """Ends your other sessions. Needs a recent sign-in, and the current password if you have one."""
        db.refuse_key()
        person_id = await requests.require_recent_sign_in(db)
        arrival, rules = requests.arrival_of(db), requests.sign_in_rules(db)
        changed = await service.change_own(db.database, arrival, person_id, given, rules, follow)
        return Response(db.status, changed.doc.encode(), headers=[(b"etag", changed.etag.encode())])

    return router
