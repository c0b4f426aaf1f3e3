"""Router of all endpoints of access."""

from fastapi import APIRouter

from backend.app.core_gov.access.factors.router import router as factors
from backend.app.core_gov.access.people.router import router as people
from backend.app.core_gov.access.sessions.router import router as sessions
from backend.app.core_gov.access.sign_in.router import router as sign_in
from backend.app.core_gov.access.single_sign_on.router import router as single_sign_on
from backend.app.core_gov.access.tokens.router import router as tokens

router = APIRouter(prefix="/access", tags=["access"])
router.include_router(sign_in)
router.include_router(sessions)
router.include_router(people)
router.include_router(factors)
router.include_router(single_sign_on)
router.include_router(tokens)
