"""HTTP endpoints of properties."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query

from backend.app.core_gov.exports.router import EXPORT, export
from backend.app.core_gov.property import service
from backend.app.core_gov.property.comparison import compare, why_not
from backend.app.core_gov.property.estimate_schemas import (
    NeighborhoodRatingProposal,
    NeighborhoodRatingRequest,
    RepairRentEstimate,
    RepairRentEstimateRequest,
)
from backend.app.core_gov.property.estimates import propose_rating, propose_repair_rent
from backend.app.core_gov.property.list_schemas import PropertyExportQuery, PropertyList, PropertyQuery
from backend.app.core_gov.property.scheduled_valuations.schemas import ScheduledValuationList
from backend.app.core_gov.property.scheduled_valuations.service import list_scheduled
from backend.app.core_gov.property.schemas import (
    CompsRequest,
    CompsResponse,
    NeighborhoodRating,
    NeighborhoodRatingCreate,
    PropertyCreate,
    PropertyPatch,
    PropertyRecord,
    RepairRentCreate,
    RepairRentStub,
    WhyNot,
    WhyNotQuery,
)
from backend.app.core_gov.property.valuation import values
from backend.app.core_gov.valuation.schemas import (
    KindQuery,
    ValuationList,
    ValuationQuery,
    ValuationRecord,
    ValuationRequest,
)
from backend.app.kit.http import Db, Response

router = APIRouter(prefix="/property", tags=["property"])


@router.post("/properties", status_code=201, response_model=PropertyRecord, summary="Create a property")
async def create_property(db: Db, payload: PropertyCreate) -> Response:
    """Region, postal code and coordinates are checked against the country.

    A duplicate address is allowed; `warnings` in the response name the other property.
    """
    return await db.write(service.create_property, payload)


@router.get("/properties", response_model=PropertyList, summary="List properties")
async def list_properties(db: Db, query: Annotated[PropertyQuery, Query()]) -> Response:
    """Newest first, unless `sort` is given. Sorts by `value` and `arv` are by amount, whatever the currency."""
    return await db.listing(service.list_properties, query)


@router.get("/properties/export", summary="Export properties as CSV", **EXPORT)
async def export_properties(db: Db, query: Annotated[PropertyExportQuery, Query()]) -> Response:
    """The properties of the list with the same parameters, in the same order."""
    return await export(db, service.PROPERTIES_CSV, query)


@router.get("/properties/{property_id}", response_model=PropertyRecord, summary="Read a property")
async def get_property(db: Db, property_id: str) -> Response:
    return await db.read(service.get_property, property_id)


@router.patch("/properties/{property_id}", response_model=PropertyRecord, summary="Change a property")
async def patch_property(db: Db, property_id: str, payload: PropertyPatch) -> Response:
    """Replaces each field that is sent; `tags` and `meta` as a whole; null clears where null is allowed.

    Changes are validated together with the other fields: region and postal code must fit the country.
    """
    return await db.write(service.patch_property, property_id, payload)


@router.post(
    "/properties/{property_id}/neighborhood_rating",
    response_model=NeighborhoodRating,
    summary="Rate a property's neighborhood",
)
async def upsert_rating(db: Db, property_id: str, payload: NeighborhoodRatingCreate) -> Response:
    """Replaces an existing rating; fields that are not sent are cleared."""
    return await db.write(service.upsert_rating, property_id, payload)


@router.get(
    "/properties/{property_id}/neighborhood_rating",
    response_model=NeighborhoodRating,
    summary="Read the rating of a property's neighborhood",
    responses={404: {"description": "rating not found"}},
)
async def get_rating(db: Db, property_id: str) -> Response:
    """404 if there is none."""
    return await db.read(service.get_rating, property_id)


@router.post(
    "/comps",
    response_model=CompsResponse,
    summary="Compare a property with sales nearby",
    responses={
        404: {"description": "property not found"},
        412: {"description": "the comparison has changed since you read it; read it again before you change it"},
    },
)
async def save_comps(db: Db, payload: CompsRequest) -> Response:
    """Ranked comparable sales as of a date, with every adjustment, and the value that they indicate.

    The search starts at the standard limits and widens time, then distance, then size until there are enough sales; a
    `radius_km` in the request is never exceeded. The result replaces the last comparison, including its pinned and
    excluded sales. If no sales are loaded, `comps` is empty and `message` says what to do.
    """
    return await db.compute_and_write(compare, service.save_comps, payload)


@router.get(
    "/properties/{property_id}/comps", response_model=CompsResponse, summary="Read the last comparison of a property"
)
async def get_comps(db: Db, property_id: str) -> Response:
    """`comps` is empty if the property was never compared."""
    return await db.read(service.get_comps, property_id)


@router.get(
    "/properties/{property_id}/comps/why_not",
    response_model=WhyNot,
    summary="Explain why a sale is not among the comps",
    responses={409: {"description": "the property was not compared with any sales yet"}},
)
async def why_not_this_one(db: Db, property_id: str, query: Annotated[WhyNotQuery, Query()]) -> Response:
    """Every reason in the last comparison, or the rank of the sale if it is a comp."""
    return await db.compute(why_not, property_id, query.sale)


@router.post(
    "/properties/{property_id}/valuation",
    response_model=ValuationRecord,
    status_code=201,
    summary="Value a property as of a date",
    responses={404: {"description": "property not found"}},
)
async def value_property(db: Db, property_id: str, payload: ValuationRequest) -> Response:
    """Value as is or after repair (ARV), with calibrated intervals and the evidence.

    No data from the as-of date or later is used. Each valuation is stored and never changes. `to_deal` writes an ARV to
    the deal of the property.
    """
    compute, key = partial(values, payload=payload), ("valuations", payload.model_dump_json())
    return await db.compute_together_and_write(compute, service.save_valuation, key, property_id)


@router.get(
    "/properties/{property_id}/valuation",
    response_model=ValuationRecord,
    summary="Read the latest valuation of a property",
    responses={404: {"description": "valuation not found"}},
)
async def get_valuation(db: Db, property_id: str, query: Annotated[KindQuery, Query()]) -> Response:
    """404 if there is none."""
    return await db.read(service.get_valuation, property_id, query.kind)


@router.get(
    "/properties/{property_id}/valuations",
    response_model=ValuationList,
    summary="List the valuations of a property, newest first",
)
async def list_valuations(db: Db, property_id: str, query: Annotated[ValuationQuery, Query()]) -> Response:
    return await db.read(service.list_valuations, property_id, query.kind, query.limit, query.cursor)


@router.get(
    "/properties/{property_id}/scheduled_valuations",
    response_model=ScheduledValuationList,
    summary="List the values of a property computed on a schedule, newest first",
)
async def list_scheduled_valuations(db: Db, property_id: str, query: Annotated[ValuationQuery, Query()]) -> Response:
    """Only values that differ from the one before by more than rounding are stored, for 400 days."""
    return await db.read(list_scheduled, property_id, query.kind, query.limit, query.cursor)


@router.post(
    "/properties/{property_id}/repair_rent",
    response_model=RepairRentStub,
    summary="Estimate a property's repairs and rent",
)
async def upsert_repair_rent(db: Db, property_id: str, payload: RepairRentCreate) -> Response:
    """Replaces an existing estimate; fields that are not sent are cleared."""
    return await db.write(service.upsert_repair_rent, property_id, payload)


@router.get(
    "/properties/{property_id}/repair_rent",
    response_model=RepairRentStub,
    summary="Read the estimate of a property's repairs and rent",
    responses={404: {"description": "repair-rent estimate not found"}},
)
async def get_repair_rent(db: Db, property_id: str) -> Response:
    """404 if there is none."""
    return await db.read(service.get_repair_rent, property_id)


@router.post(
    "/properties/{property_id}/repair_rent/estimate",
    response_model=RepairRentEstimate,
    summary="Propose a property's repairs and rent",
)
async def propose_repair_rent_estimate(db: Db, property_id: str, payload: RepairRentEstimateRequest) -> Response:
    """Repairs line by line from the stored unit costs, rent from rental comps or a benchmark, with the assumptions.

    Nothing is stored: `proposal` is a valid request body for `repair_rent`.
    """
    return await db.compute(propose_repair_rent, property_id, payload)


@router.post(
    "/properties/{property_id}/neighborhood_rating/compute",
    response_model=NeighborhoodRatingProposal,
    summary="Propose a rating of a property's neighborhood",
)
async def compute_rating(db: Db, property_id: str, payload: NeighborhoodRatingRequest) -> Response:
    """Computed from sales, rents and loaded place data, with the weights of the market; never from data on residents.

    Nothing is stored: `proposal` is a valid request body for `neighborhood_rating`.
    """
    return await db.compute(propose_rating, property_id, payload)
