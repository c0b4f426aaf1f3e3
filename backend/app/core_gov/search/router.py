"""HTTP endpoint of the search."""

from typing import Annotated

from fastapi import APIRouter, Query

from backend.app.core_gov.search import service
from backend.app.core_gov.search.schemas import SearchHits, SearchQuery
from backend.app.kit.http import Db, Response

router = APIRouter(prefix="/search", tags=["search"])


@router.get("", response_model=SearchHits, summary="Search all records")
async def search(db: Db, query: Annotated[SearchQuery, Query()]) -> Response:
    """Finds records by identifiers, then by the beginnings of all words; each group newest first.

    Identifiers (ids, phone numbers, email addresses, postal codes, parcel numbers) are found in any spelling. Case,
    accents, apostrophes, hyphens and width do not matter.
    """
    return await db.snapshot(service.search, query.q, query.limit, (query.kind,) if query.kind else None)
