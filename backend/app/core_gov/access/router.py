"""Router of all endpoints of access."""

from fastapi import APIRouter

from backend.app.core_gov.access.email_addresses.router import own_address
from backend.app.core_gov.access.email_addresses.service import Follow
from backend.app.core_gov.access.factors.router import router as factors
from backend.app.core_gov.access.people.router import changes
from backend.app.core_gov.access.people.router import router as people
from backend.app.core_gov.access.sessions.router import router as sessions
from backend.app.core_gov.access.sign_in.router import router as sign_in
from backend.app.core_gov.access.single_sign_on.router import router as single_sign_on
from backend.app.core_gov.access.tokens.router import router as tokens


def accessing(follow: Follow) -> APIRouter:
    """Return the router; `follow` gives to a new email address what other packages keep under the earlier one."""
    router = APIRouter(prefix="/access", tags=["access"])
    for each in (sign_in, own_address(follow), sessions, people, changes(follow), factors, single_sign_on, tokens):
        router.include_router(each)
    return router
