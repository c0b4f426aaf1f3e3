"""Search of sales, and reading and flagging of one sale."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import cos, radians, sqrt
from typing import Any, TypeVar

from pydantic_core import to_json

from backend.app.core_gov.geography import regions
from backend.app.core_gov.geography.distance import KM_PER_DEGREE
from backend.app.core_gov.market import service
from backend.app.core_gov.market import store as sales
from backend.app.core_gov.market.parcels import may_be_same_parcel, parcel_key
from backend.app.core_gov.market.property_types import type_spellings
from backend.app.core_gov.market.sale import EXTRA, sale_id, seq_of
from backend.app.core_gov.market.screening.flags import NONE
from backend.app.core_gov.market.search import cursors, store
from backend.app.core_gov.market.search.schemas import (
    RADIUS_KM,
    SaleFilter,
    SaleItem,
    SalePatch,
    SaleQuery,
    SaleRecord,
)
from backend.app.kit.cents import amount_of
from backend.app.kit.db import ReadSnapshot, Tx
from backend.app.kit.db.paging import fitting
from backend.app.kit.errors import BadInput, Conflict, NotFound, PreconditionFailed
from backend.app.kit.records import Page, Stored
from backend.app.kit.requests.entity_tags import matches

_PLAIN = (*("since", "until", "min_sqft", "max_sqft", "min_beds", "max_beds", "min_baths", "max_baths"),)


MAX_DATE = "9999-12-31"

Locate = Callable[[Tx, str], tuple[float, float]]
"""Function that returns a property's latitude and longitude.

Raises NotFound if the property does not exist, Conflict if it cannot be located.
"""

F = TypeVar("F", bound=SaleFilter)


def located(tx: Tx, query: F, locate: Locate) -> F:
    """Replace a property in a search by its point. Raises BadInput if it does not exist or has no location."""
    if query.near_property is None:
        return query
    try:
        latitude, longitude = locate(tx, query.near_property)
    except (NotFound, Conflict) as error:
        raise BadInput.field("near_property", f"near_property: {error.detail}") from None
    return query.model_copy(update={"latitude": latitude, "longitude": longitude})


@dataclass(frozen=True, slots=True)
class PreparedSearch:
    """Search in the store's terms: markets, conditions with values, and the bounding box of a point."""

    markets: list[str]
    tests: dict[str, Any]
    near: dict[str, float] | None


def prepared_search(tx: Tx, query: SaleFilter) -> PreparedSearch:
    """Translate a search. Raises BadInput if the market does not exist, or if the coordinates look swapped."""
    names = store.market_names(tx)
    if query.market is not None and query.market not in names:
        raise BadInput.field("market", f"there is no market {query.market}; GET /core/market/markets lists them")
    tests: dict[str, Any] = {name: getattr(query, name) for name in _PLAIN}
    if query.min_price is not None:
        tests["min_price"] = round(query.min_price * 100)
    if query.max_price is not None:
        tests["max_price"] = round(query.max_price * 100)
    if query.usable is not None:
        tests["usable" if query.usable else "excluded"] = int(query.usable)
    if query.flag is not None:
        tests["flag"] = f'%"flag":"{query.flag.replace("_", "/_")}"%'
    markets = [query.market] if query.market else names
    if query.property_type is not None:
        tests["property_types"] = json.dumps(type_spellings(query.property_type), ensure_ascii=False)
    if query.parcel is not None:
        tests["parcels"] = json.dumps(_parcel_spellings(tx, markets, query.parcel), ensure_ascii=False)
    given = {name: value for name, value in tests.items() if value is not None}
    return PreparedSearch(markets, given, _box(query))


def _parcel_spellings(tx: Tx, markets: list[str], parcel: str) -> list[str]:
    """Return the spellings of a parcel number in some markets, and the number itself."""
    key = parcel_key(parcel)
    known = [each for market in markets for each in sales.parcel_spellings(tx, market, key)] if key else []
    return sorted({parcel, *(each for each in known if may_be_same_parcel(parcel, each))})


def _box(query: SaleFilter) -> dict[str, float] | None:
    if query.near is None:
        return None
    latitude, longitude = query.near
    _refuse_swapped(latitude, longitude)
    reach = (query.radius_km or RADIUS_KM) / KM_PER_DEGREE
    squeeze = max(cos(radians(latitude)), 1e-6)
    return {
        "latitude": latitude,
        "longitude": longitude,
        "squeeze": squeeze**2,
        "reach": reach**2,
        "south": latitude - reach,
        "north": latitude + reach,
        "west": longitude - reach / squeeze,
        "east": longitude + reach / squeeze,
    }


def _refuse_swapped(latitude: float, longitude: float) -> None:
    found = [regions.check_coordinates(country, latitude, longitude) for country in regions.COUNTRIES]
    if all(found) and any(str(warning).startswith("latitude and longitude look swapped") for warning in found):
        raise BadInput.field(
            "latitude", f"latitude and longitude look swapped: {latitude}, {longitude} is in neither country"
        )


# Searching


def search_sales(tx: Tx, query: SaleQuery, locate: Locate) -> Page[SaleItem]:
    """Return a page of matching sales, newest or nearest first, without those that their source withdrew."""
    search = prepared_search(tx, located(tx, query, locate))
    by_distance = query.order == "distance"
    after = cursors.read(query.cursor, by_distance) if query.cursor else None
    rows = [
        row
        for market in search.markets
        for row in store.page(
            tx, market, search.tests, search.near, by_distance=by_distance, after=after, limit=query.limit + 1
        )
    ]
    rows.sort(key=lambda row: _order(row, by_distance), reverse=not by_distance)
    shown, more = fitting(([(row, _item(row))] for row in rows), query.limit)
    return Page([item for _, item in shown], cursors.write(*_order(shown[-1][0], by_distance)) if more else None)


def _item(row: store.Row) -> str:
    return to_json(sale_fields(row)).decode()


def _order(row: store.Row, by_distance: bool) -> tuple[Any, int]:
    return (row[-1] if by_distance else row[4]), row[0]


def sale_fields(row: store.Row) -> dict[str, Any]:
    """Return a sale as a response, with its distance if the search was near a point."""
    try:
        return _fields(row)
    except (ValueError, TypeError, AttributeError):
        what = f"the sale {sale_id(row[0])} on file is not valid"
        raise Conflict(f"{what}; `valhalla verify` of a backup names what is wrong with it") from None


def _fields(row: store.Row) -> dict[str, Any]:
    raw = dict(zip(store.SHOWN, row, strict=False))
    seq, cents, sqft = raw.pop("seq"), raw.pop("price_cents"), raw["living_sqft"]
    found = {
        "id": sale_id(seq),
        "market": raw.pop("market"),
        "price": amount_of(cents),
        "currency": raw.pop("currency"),
        "price_per_sqft": round(cents / 100 / sqft, 2) if sqft else None,
        **{name: int(value) if type(value) is float and value.is_integer() else value for name, value in raw.items()},
        "usable": bool(raw["usable"]),
        "flags": [] if raw["flags"] == NONE else [_with_lifted(flag) for flag in json.loads(raw["flags"])],
    }
    if len(row) > len(store.SHOWN):
        found["distance_km"] = round(sqrt(row[-1]) * KM_PER_DEGREE, 3)
    return found


def _with_lifted(flag: dict[str, Any]) -> dict[str, Any]:
    return flag | {"lifted": flag.get("lifted")}


def chunks(moment: ReadSnapshot, search: PreparedSearch) -> Iterator[list[dict[str, Any]]]:
    """Yield all matching sales in chunks, market by market, oldest first."""
    for market in search.markets:
        for rows in store.every(moment, market, search.tests, search.near):
            yield [sale_fields(row) for row in rows]


def count(tx: Tx, search: PreparedSearch) -> int:
    return sum(store.count(tx, market, search.tests, search.near) for market in search.markets)


def sales_before(tx: Tx, seqs: Iterable[int], until: str, limit: int) -> list[dict[str, Any]]:
    """Return the newest of some sales that closed before a day, without those that their source withdrew."""
    return [sale_fields(row) for row in store.some(tx, seqs, until, limit)]


def excluded_since(tx: Tx, market: str, since: str) -> dict[str, int]:
    """Return the number of excluded sales closed from a day on, by the names of the flags that exclude them."""
    found: Counter[str] = Counter()
    for text, count in store.flags(tx, market, since, MAX_DATE):
        names = [flag["flag"] for flag in json.loads(text) if flag["excludes"] and not flag.get("lifted")]
        if names:
            found[" + ".join(sorted(names))] += count
    return dict(sorted(found.items()))


# One sale


def get_sale(tx: Tx, name: str) -> Stored[SaleRecord]:
    """Return a sale by id, even one that its source withdrew. Raises NotFound if it does not exist."""
    seq = seq_of(name)
    row = store.sale(tx, seq) if seq is not None else None
    if row is None:
        raise NotFound("sale")
    source, units = row[len(store.SHOWN) :]
    converted = json.loads(units or "{}")
    extra = converted.pop(EXTRA, {})
    source_fields = {"row": json.loads(source or "{}"), "units": converted, "extra": extra}
    fields: Mapping[str, Any] = sale_fields(row[: len(store.SHOWN)]) | source_fields
    return Stored(json.dumps(fields, ensure_ascii=False, separators=(",", ":")))


def patch_sale(tx: Tx, name: str, payload: SalePatch) -> Stored[SaleRecord]:
    """Flag a sale or lift its flags, with a reason for the audit trail.

    Raises NotFound if the sale does not exist, PreconditionFailed if it has changed since the caller read it, Conflict
    if a flag is not in force.
    """
    if payload.flag is None and not payload.lift:
        raise BadInput("say what to do: flag (a reason), or lift (the reason for each flag by its name)")
    seq = seq_of(name) or 0
    sales.hold_market(tx, sales.market_of(tx, seq))
    if tx.ctx.if_match is not None and not matches(tx.ctx.if_match, get_sale(tx, name).etag):
        raise PreconditionFailed("the sale has changed since you read it; read it again before you change it")
    for flag, reason in (payload.lift or {}).items():
        service.lift_flag(tx, seq, flag, reason)
    if payload.flag is not None:
        service.flag_sale(tx, seq, payload.flag)
    return get_sale(tx, name)
