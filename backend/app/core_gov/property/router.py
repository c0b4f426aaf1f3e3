"""Property intelligence over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Query

from backend.app.core_gov.property import service
from backend.app.core_gov.property.schemas import (
    CompsRequest,
    CompsResponse,
    NeighborhoodRating,
    NeighborhoodRatingCreate,
    PropertyCreate,
    PropertyList,
    PropertyPatch,
    PropertyQuery,
    PropertyRecord,
    RepairRentCreate,
    RepairRentStub,
)
from backend.app.kit.http import Answer, Db

router = APIRouter(prefix="/property", tags=["property"])


@router.post("/properties", status_code=201, response_model=PropertyRecord, summary="Take a property on file")
async def create_property(db: Db, payload: PropertyCreate) -> Answer:
    """Region, postal code and coordinates are checked against the country.

    An address that is on file already is allowed; `warnings` in the answer name the other property.
    """
    return await db.write(service.create_property, payload)


@router.get("/properties", response_model=PropertyList, summary="List properties, newest first")
async def list_properties(db: Db, query: Annotated[PropertyQuery, Query()]) -> Answer:
    return await db.read(service.list_properties, query.filters, query.limit, query.cursor)


@router.get("/properties/{property_id}", response_model=PropertyRecord, summary="Read a property")
async def get_property(db: Db, property_id: str) -> Answer:
    return await db.read(service.get_property, property_id)


@router.patch("/properties/{property_id}", response_model=PropertyRecord, summary="Change a property")
async def patch_property(db: Db, property_id: str, payload: PropertyPatch) -> Answer:
    """Replaces each field that is sent; `tags` and `meta` as a whole; null clears where null is allowed.

    What changes is checked together with what stays: a country needs a region and a postal code of its own.
    """
    return await db.write(service.patch_property, property_id, payload)


@router.post(
    "/properties/{property_id}/neighborhood_rating",
    response_model=NeighborhoodRating,
    summary="Rate a property's neighbourhood",
)
async def upsert_rating(db: Db, property_id: str, payload: NeighborhoodRatingCreate) -> Answer:
    """Takes the place of the rating before, if there is one; what is not sent is cleared."""
    return await db.write(service.upsert_rating, property_id, payload)


@router.get(
    "/properties/{property_id}/neighborhood_rating",
    response_model=NeighborhoodRating,
    summary="Read the rating of a property's neighbourhood",
    responses={404: {"description": "rating not found"}},
)
async def get_rating(db: Db, property_id: str) -> Answer:
    """404 while there is none."""
    return await db.read(service.get_rating, property_id)


@router.post(
    "/comps",
    response_model=CompsResponse,
    summary="Compare a property with sales nearby",
    responses={
        404: {"description": "property not found"},
        412: {"description": "the comps has changed since you read it; read it again and decide anew"},
    },
)
async def save_comps(db: Db, payload: CompsRequest) -> Answer:
    """The answer is kept in place of the one before. While no sales are loaded, `comps` is empty and says why."""
    return await db.write(service.save_comps, payload)


@router.get(
    "/properties/{property_id}/comps", response_model=CompsResponse, summary="Read the last comparison of a property"
)
async def get_comps(db: Db, property_id: str) -> Answer:
    """An empty list while none was asked for."""
    return await db.read(service.get_comps, property_id)


@router.post(
    "/properties/{property_id}/repair_rent",
    response_model=RepairRentStub,
    summary="Estimate a property's repairs and rent",
)
async def upsert_repair_rent(db: Db, property_id: str, payload: RepairRentCreate) -> Answer:
    """Takes the place of the estimate before, if there is one; what is not sent is cleared."""
    return await db.write(service.upsert_repair_rent, property_id, payload)


@router.get(
    "/properties/{property_id}/repair_rent",
    response_model=RepairRentStub,
    summary="Read the estimate of a property's repairs and rent",
    responses={404: {"description": "repair-rent estimate not found"}},
)
async def get_repair_rent(db: Db, property_id: str) -> Answer:
    """404 while there is none."""
    return await db.read(service.get_repair_rent, property_id)
