"""Profiles and mapping files, and the conversion of foreign records to sales.

A profile is a description in the form of a mapping file (`record_map.py`).
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

from backend.app.core_gov.geography.address_key import is_of_one_home, normalize_address
from backend.app.core_gov.market.importing.converters import is_null, text
from backend.app.core_gov.market.importing.extra_fields import read_extra
from backend.app.core_gov.market.importing.record_fields import Raw, with_prefix
from backend.app.core_gov.market.importing.record_map import RecordMap, compile_map
from backend.app.core_gov.market.importing.reso_listing import CONSULTED, why_not_wanted
from backend.app.core_gov.market.importing.sale_checks import KINDS, REQUIRED, SaleTerms, checked
from backend.app.core_gov.market.importing.spreadsheet_marks import is_mangled
from backend.app.core_gov.market.sale import EXTRA, Sale
from backend.app.kit.data_files.cells import NULL_WORDS, unwrapped
from backend.app.kit.data_files.toml_file import NotToml, read_toml
from backend.app.kit.errors import BadInput, Fault
from backend.app.kit.text import folded, shorten

MAX_KEY = 200
PRICE = "@price"
"""Part of a key that changes when the price is corrected."""

"""Part of a key that earlier versions could not read: they stored such a sale under the hash of its row."""
_LONE = re.compile("[\ud800-\udfff]")
"""Lone surrogate: JSON can contain one, but no database accepts it."""

KING_COUNTY: dict[str, Any] = {
    "name": "king-county",
    "country": "US",
    "currency": "USD",
    # A parcel sold again occurs twice.
    "key": ["@parcel", "@close_date"],
    "columns": {
        "price": "price",
        "close_date": "date",
        "parcel": {"column": "id", "width": 10},
        "beds": "bedrooms",
        "baths": "bathrooms",
        "living_sqft": "sqft_living",
        "lot_sqft": "sqft_lot",
        "floors": "floors",
        "waterfront": "waterfront",
        "view": "view",
        "condition": "condition",
        "grade": "grade",
        "basement_sqft": "sqft_basement",
        "year_built": "yr_built",
        "year_renovated": "yr_renovated",
        "postal": "zipcode",
        "latitude": "lat",
        "longitude": "long",
    },
    "constants": {"property_type": "single_family"},
}
"""House sales of King County, Washington, as circulated since 2015; year of renovation 0 means none."""

_TYPES = {"Single Family Residence": "single_family", "Detached": "single_family"}

_THREE_QUARTER, _HALF, _ONE_QUARTER = (
    {"column": f"Bathrooms{part}", "times": times}
    for part, times in (("ThreeQuarter", 0.75), ("Half", 0.5), ("OneQuarter", 0.25))
)
_ADDRESS = [
    *("StreetNumber", "StreetDirPrefix", "StreetName", "StreetSuffix", "StreetDirSuffix"),
    {"column": "UnitNumber", "prefix": "Unit"},
]

RESO: dict[str, Any] = {
    "name": "reso",
    "key": ["ListingKey"],
    "only": {"StandardStatus": ["Closed"]},
    "columns": {
        "price": "ClosePrice",
        "close_date": "CloseDate",
        "contract_date": "PurchaseContractDate",
        "parcel": "ParcelNumber",
        "property_type": {
            "first": [{"column": "PropertySubType", "values": _TYPES}, {"column": "PropertyType", "values": _TYPES}]
        },
        "living_sqft": {"column": "LivingArea", "unit_column": "LivingAreaUnits"},
        "basement_sqft": {"column": "BelowGradeFinishedArea", "unit_column": "BelowGradeFinishedAreaUnits"},
        "lot_sqft": {
            "first": [
                "LotSizeSquareFeet",
                {"column": "LotSizeAcres", "unit": "acres"},
                {"column": "LotSizeArea", "unit_column": ["LotSizeAreaUnits", "LotSizeUnits"]},
                {"column": "LotSizeDimensions", "unit_column": "LotSizeUnits"},
            ]
        },
        "beds": "BedroomsTotal",
        # BathroomsTotalInteger counts a half bathroom as one, so it is used only without the parts. BathroomsPartial
        # counts all that are not full, so it is used only if it is not known what they are.
        "baths": {
            "first": [
                {
                    "sum": [
                        "BathroomsFull",
                        {
                            "first": [
                                {"sum": [_THREE_QUARTER, _HALF, _ONE_QUARTER]},
                                {"sum": [_HALF, _ONE_QUARTER]},
                                _ONE_QUARTER,
                                {"column": "BathroomsPartial", "times": 0.5},
                            ]
                        },
                    ]
                },
                "BathroomsTotalDecimal",
                "BathroomsTotalInteger",
            ]
        },
        "floors": "Stories",
        "year_built": "YearBuilt",
        "view": "ViewYN",
        "waterfront": "WaterfrontYN",
        "latitude": "Latitude",
        "longitude": "Longitude",
        "address": {"first": ["UnparsedAddress", {"join": _ADDRESS}]},
        "city": "City",
        "postal": "PostalCode",
        "terms": "SpecialListingConditions",
    },
}
"""Fields of the resource Property of the RESO Data Dictionary 2.0, in a file or from a Web API."""

_READY = {each["name"]: each for each in (KING_COUNTY, RESO)}
READY = tuple(_READY)
"""Names of the built-in profiles."""


@cache
def ready(name: str) -> RecordMap:
    """Return a built-in profile; a file need not have all its columns."""
    found = compile_map(_READY[name], KINDS, REQUIRED, name, lenient=True)
    if RESO["name"] != name:
        return found
    return replace(found, not_wanted=why_not_wanted, consulted=CONSULTED, unit_column="UnitNumber")


def profile(name: str) -> RecordMap:
    """Return the built-in profile of that name, or the one in a mapping file. Raises BadInput."""
    if name in _READY:
        return ready(name)
    given = read_mapping(Path(name), f"the profiles are {', '.join(READY)}")
    return compile_map(given, KINDS, REQUIRED, Path(name).name)


def read_mapping(path: Path, alternatives: str) -> dict[str, Any]:
    """Return the content of a mapping file. Raises BadInput; `alternatives` lists other valid options."""
    try:
        return read_toml(path, "mapping file")
    except FileNotFoundError:
        raise BadInput(f"there is no mapping file {path}; {alternatives}, or a mapping file ending in .toml") from None
    except NotToml as error:
        raise BadInput(f"{path} is not TOML: {error.reason}") from None


@dataclass(frozen=True, slots=True)
class SaleReader:
    """Converts records of one source to sales of one market."""

    map: RecordMap
    market: SaleTerms

    def sale(self, raw: Raw) -> Sale:
        """Return the sale in a record. Raises PassedOver if its status is not wanted, BadInput naming each fault."""
        left_out: list[Fault] = []
        given, notes = self.map.fields(raw, left_out)
        if self.map.unit_column is not None and given.get("address") is not None:
            given["address"] = _with_unit(given, raw.get(self.map.unit_column), self.market.country)
        extra = read_extra(self.map.extra, raw, left_out) if self.map.extra else {}
        fields, warnings = checked(given, notes, self.market, left_out)
        known = {column: value for column, value in raw.items() if not is_empty(value)}
        row = to_json(known)
        if not row.isascii() and is_lone(row):
            raise BadInput("the record contains a character that cannot be stored")
        key = key_of(self.map, raw, given | {name: value for name, value in fields.items() if value is not None})
        return Sale(
            source_key=key or hash_of(known),
            keyless=key is None,
            stored_as=hash_of(known) if key and PRICE in self.map.key else None,
            row=row,
            units=to_json({**notes, **({EXTRA: extra} if extra else {})}) if notes or extra else "{}",
            warnings=(*warnings, "no_key") if self.map.key and key is None else warnings,
            left_out=tuple((fault.field, fault.message) for fault in left_out),
            **fields,
        )

    def key_of_listing(self, raw: Raw) -> str | None:
        """Return the key of a record that was passed over; None if its source does not describe listings by key."""
        return key_of(self.map, raw, {}) if self.map.not_wanted is not None else None


def _with_unit(fields: Mapping[str, Any], unit: Any, country: str) -> str:
    """Return an address with its unit, which UnparsedAddress often lacks; many homes of a building would be one."""
    address = str(fields["address"])
    try:
        named = None if is_null(unit, NULL_WORDS) else text(unit)
    except ValueError:  # it cannot be stored
        return address
    if named is None or is_mangled(named) or len(named) > _MAX_UNIT:
        return address
    place = (fields.get("city"), None, fields.get("postal"), country)
    key = normalize_address(address, *place)
    if " unit " in key or not is_of_one_home(key) or key.split()[-1] == folded(named):
        return address
    with_place = key != normalize_address(address, None, None, None, country)
    named = with_prefix("Unit", named)
    return f"{named}, {address}" if with_place else f"{address} {named}"


_MAX_UNIT = 20


def key_of(map_: RecordMap, raw: Raw, fields: Mapping[str, Any]) -> str | None:
    """Return the key of a record by its description; None if it has none."""
    parts = [fields.get(name[1:]) if name.startswith("@") else raw.get(name) for name in map_.key]
    if not parts or any(part is None or part == "" for part in parts):
        return None
    key = "|".join(key_text(part) for part in parts)
    if not is_key(key):
        raise BadInput.of([Fault("key", f"the key of the record must be a text of at most {MAX_KEY} characters")])
    return key


def is_key(text: str) -> bool:
    """Return whether a text can be stored as a key."""
    return len(text) <= MAX_KEY and "\0" not in text


def is_empty(value: Any) -> bool:
    """Return whether a value of a record is unknown: nothing, an empty text, or NaN."""
    return value is None or value == "" or bool(value != value)


def is_lone(text: str) -> bool:
    """Return whether a text has half of a surrogate pair."""
    return _LONE.search(text) is not None


def hash_of(record: Mapping[str, Any]) -> str:
    """Return a hash of a record as its key, independent of the order of columns."""
    known = {column: value for column, value in record.items() if value is not None and value != ""}
    whole = json.dumps(known, ensure_ascii=False, sort_keys=True, default=_plain)
    return f"row_{blake2b(whole.encode(errors='surrogatepass'), digest_size=16).hexdigest()}"


def key_text(part: Any) -> str:
    """Return a part of a key as text. Raises BadInput for a text that a spreadsheet has changed."""
    if isinstance(part, float) and part.is_integer():
        return str(int(part))
    text = unwrapped(str(part).strip()).removeprefix("'")
    if isinstance(part, str) and is_mangled(text):
        raise BadInput.of([Fault("key", f"key has {shorten(text)}, which a spreadsheet made of another text")])
    return text


def _plain(value: Any) -> Any:
    """Encode values that JSON cannot represent."""
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    return value.hex() if isinstance(value, bytes) else str(value)


to_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_plain).encode
"""Encoder of a record as JSON on one line."""
