"""Request and response schemas of unit costs and repair estimates."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo, WithJsonSchema, field_validator

from backend.app.core_gov.market.schemas import Currency
from backend.app.kit.fields import MAX_CENTS, Fields, Identified, IsoDate, Key, Listing, Money, Record, Title
from backend.app.kit.query import ListQuery
from backend.app.kit.text import word_key

Scope = Literal["cosmetic", "moderate", "gut"]

MAX_COSTS = 2_000
MAX_QUANTITY = 10**7


def _above_zero(number: int | float) -> int | float:
    if not number > 0:
        raise ValueError("must be above 0")
    return number


Quantity = Annotated[
    int | float,
    Field(le=MAX_QUANTITY),
    AfterValidator(_above_zero),
    WithJsonSchema({"type": "number", "exclusiveMinimum": 0, "maximum": MAX_QUANTITY}),
]

COSTS: dict[str, Any] = {
    "currency": "CAD",
    "source": "Quotes of our trades in Hamilton",
    "as_of": "2026-01-31",
    "costs": [
        {"trade": "scope", "item": "moderate", "unit": "sqft", "low": 45, "mid": 62.5, "high": 85, "source": None},
        {"trade": "roofing", "item": "shingles", "unit": "sqft", "low": 6, "mid": 7.75, "high": 10, "source": "Bid"},
    ],
}  # fmt: skip


_POSITIVE = {"type": "number", "exclusiveMinimum": 0, "maximum": MAX_CENTS / 100, "multipleOf": 0.01}


class UnitCost(Fields):
    """Unit cost of one kind of work."""

    trade: Key = Field(description="Trade, such as roofing; `scope` for a whole renovation, priced by living area")
    item: Key = Field(description="Item, such as asphalt shingles; for `scope`: cosmetic, moderate or gut")
    unit: Key = Field(description="Unit, such as sqft, ft or each")
    low: Money = Field(description="Low unit cost")
    mid: Money = Field(description="Expected unit cost")
    high: Annotated[Money, WithJsonSchema(_POSITIVE)] = Field(description="High unit cost")
    source: Title | None = Field(default=None, description="Source, if it differs from the table's")

    @field_validator("mid", "high")
    @classmethod
    def _in_order(cls, amount: int | float, info: ValidationInfo) -> int | float:
        below = {"mid": "low", "high": "mid"}[info.field_name or "mid"]
        if amount < info.data.get(below, 0):
            raise ValueError(f"must not be below {below}")
        if info.field_name == "high" and not amount:
            raise ValueError("must be above 0: work that costs nothing needs no line")
        return amount


def _unique_costs(costs: list[UnitCost]) -> list[UnitCost]:
    seen: set[tuple[str, str]] = set()
    for cost in costs:
        if (named := (word_key(cost.trade), word_key(cost.item))) in seen:
            raise ValueError(f"must list {cost.trade}, {cost.item} only once")
        seen.add(named)
    return costs


Costs = Annotated[list[UnitCost], Field(min_length=1, max_length=MAX_COSTS), AfterValidator(_unique_costs)]


class RepairCostsCreate(Fields):
    """New table of unit costs; it replaces the previous one of its currency."""

    model_config = ConfigDict(json_schema_extra={"examples": [COSTS]})

    currency: Currency = Field(description="Currency of the costs; each currency has its own table")
    source: Title = Field(description="Source of the costs")
    as_of: IsoDate = Field(description="Date of the costs")
    costs: Costs = Field(description="Unit costs; each trade and item once")


class RepairCostsRecord(Record, RepairCostsCreate, Identified):
    """Stored table of unit costs; the newest of a currency is used, earlier ones are kept."""

    example: ClassVar[dict[str, Any]] = COSTS | {"id": "uc_cad_1", "version": 1}

    id: str = Field(description="`uc_…`: currency and version")
    version: int = Field(description="Version within the currency; 0 is the table shipped with Valhalla")


class RepairCostsList(Listing):
    """Page of tables of unit costs."""

    items: list[RepairCostsRecord]


class RepairCostsQuery(ListQuery):
    """Filters of tables of unit costs."""

    currency: Currency | None = Field(default=None, description="Only tables of this currency")


class RepairWork(Fields):
    """Requested work."""

    trade: Key = Field(description="Trade of the table, in any case; any trade with a `unit_cost`")
    item: Key | None = Field(default=None, description="Item of the trade; optional if the trade has only one")
    quantity: Quantity = Field(description="Number of units")
    unit: Key | None = Field(default=None, description="Unit, checked against the table; required with a `unit_cost`")
    unit_cost: Money | None = Field(default=None, description="Your own unit cost, instead of the table's")
    room: Key | None = Field(default=None, description="Room, such as kitchen")


class AmountRange(BaseModel):
    """Low, expected and high amount."""

    low: Money = Field(description="Low amount")
    mid: Money = Field(description="Expected amount")
    high: Money = Field(description="High amount")


class RepairLine(BaseModel):
    """Cost of one kind of work: quantity × unit cost × factor, rounded to the cent."""

    room: str | None = Field(description="Room")
    trade: str = Field(description="Trade as in the table")
    item: str = Field(description="Item as in the table")
    quantity: int | float = Field(description="Number of units")
    unit: str = Field(description="Unit")
    unit_cost: AmountRange = Field(description="Unit cost of the table, or your own, in its currency")
    factor: float = Field(description="Regional factor × exchange rate; 1 for a cost of your own")
    cost: AmountRange = Field(description="Cost in the estimate's currency")
    source: str = Field(description="Source of the unit cost")


class RepairCostTable(BaseModel):
    """Table of unit costs that an estimate uses."""

    id: str = Field(description="`uc_…`")
    version: int = Field(description="Version within the currency")
    currency: str = Field(description="Currency of the costs")
    source: str = Field(description="Source of the costs")
    as_of: str = Field(description="Date of the costs")


class RepairEstimate(BaseModel):
    """Itemized repair costs; the lines and the contingency add up to the total, to the cent."""

    currency: str = Field(description="Currency of the amounts")
    table: RepairCostTable = Field(description="Table of unit costs")
    lines: list[RepairLine] = Field(description="Itemized work")
    subtotal: AmountRange = Field(description="Sum of the lines")
    contingency_percent: int | float = Field(description="Contingency for unforeseen work, in percent of the subtotal")
    contingency: AmountRange = Field(description="Contingency amount")
    total: AmountRange = Field(description="Subtotal plus contingency; the expected amount is proposed")
    assumptions: list[str] = Field(description="Assumptions")
    warnings: list[str] = Field(description="Warnings")
