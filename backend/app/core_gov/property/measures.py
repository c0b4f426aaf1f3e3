"""Types of the numbers in a property, a comparison and a rating: counts, areas, coordinates, years."""

from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from backend.app.kit.strict_json import whole_number


def _quarters(number: int | float) -> int | float:
    if number % 0.25:
        raise ValueError("must be a multiple of 0.25, such as 2.5")
    return number


def _latitude(degrees: int | float) -> int | float:
    return _coordinate(degrees, 90)


def _longitude(degrees: int | float) -> int | float:
    return _coordinate(degrees, 180)


def _coordinate(degrees: int | float, limit: int) -> int | float:
    if not -limit <= degrees <= limit:
        swapped = "; latitude and longitude look swapped" if abs(degrees) <= 180 else ""
        raise ValueError(f"must be between -{limit} and {limit} degrees{swapped}")
    return degrees


def _number(limit: int) -> Any:
    """Return the JSON schema of a number from 0 to the limit; Pydantic would emit a union of two types."""
    return WithJsonSchema({"type": "number", "minimum": 0, "maximum": limit})


Count = Annotated[
    int,
    BeforeValidator(whole_number),
    Field(ge=0, le=1000),
    WithJsonSchema({"type": "integer", "minimum": 0, "maximum": 1000}),
]
Baths = Annotated[
    int | float,
    Field(ge=0, le=1000),
    AfterValidator(_quarters),
    WithJsonSchema({"type": "number", "minimum": 0, "maximum": 1000, "multipleOf": 0.25}),
]
Area = Annotated[int | float, Field(ge=0, le=10**9), _number(10**9)]
Measure = Annotated[int | float, Field(ge=0, le=1000), _number(1000)]
LotArea = Annotated[int | float, Field(ge=0, le=10**12), _number(10**12)]
Year = Annotated[
    int,
    BeforeValidator(whole_number),
    Field(ge=1600, le=2100),
    WithJsonSchema({"type": "integer", "minimum": 1600, "maximum": 2100}),
]
Latitude = Annotated[
    int | float, AfterValidator(_latitude), WithJsonSchema({"type": "number", "minimum": -90, "maximum": 90})
]
Longitude = Annotated[
    int | float, AfterValidator(_longitude), WithJsonSchema({"type": "number", "minimum": -180, "maximum": 180})
]
Score = Annotated[int | float, Field(ge=0, le=100), _number(100)]
Days = Annotated[
    int,
    BeforeValidator(whole_number),
    Field(ge=1, le=36525),
    WithJsonSchema({"type": "integer", "minimum": 1, "maximum": 36525}),
]
Radius = Annotated[
    int | float,
    Field(gt=0, le=500),
    WithJsonSchema({"type": "number", "exclusiveMinimum": 0, "maximum": 500}),
]
