"""Pages of the search at /app/search."""

from typing import Annotated

from fastapi import APIRouter, Query

from backend.app.kit.http import Db, Response
from backend.app.web.pages import page, visit_of
from backend.app.web.search import views
from backend.app.web.search.views import SearchPageQuery

router = APIRouter(prefix="/search")


@router.get("")
async def search_page(db: Db, query: Annotated[SearchPageQuery, Query()]) -> Response:
    return await page(db, "search/results.html", views.results, query, visit_of(db))


@router.get("/suggestions")
async def suggestions(db: Db, query: Annotated[SearchPageQuery, Query()]) -> Response:
    """The first results, as a list below the search box."""
    return await page(db, "search/suggestions.html", views.suggestions, query, visit_of(db))
