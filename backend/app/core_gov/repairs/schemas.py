"""Request and response schemas of unit costs and repair estimates."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo, WithJsonSchema, field_validator

from backend.app.core_gov.market.schemas import Currency
from backend.app.kit.fields import Fields, Identified, IsoDate, Key, Listing, Money, Record, Title
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


class UnitCost(Fields):
    """What one unit of some work costs."""

    trade: Key = Field(description="Such as roofing; scope for a renovation of the whole, by living area")
    item: Key = Field(description="Such as asphalt shingles; of scope it is cosmetic, moderate or gut")
    unit: Key = Field(description="What is counted, such as sqft, ft or each")
    low: Money = Field(description="A low cost of one unit")
    mid: Money = Field(description="The cost of one unit that is expected")
    high: Money = Field(description="A high cost of one unit")
    source: Title | None = Field(default=None, description="Where it is from, where that is not the table's source")

    @field_validator("mid", "high")
    @classmethod
    def _in_order(cls, amount: int | float, info: ValidationInfo) -> int | float:
        below = {"mid": "low", "high": "mid"}[info.field_name or "mid"]
        if amount < info.data.get(below, 0):
            raise ValueError(f"must not be below {below}")
        if info.field_name == "high" and not amount:
            raise ValueError("must be above 0: work that costs nothing needs no line")
        return amount


def _each_once(costs: list[UnitCost]) -> list[UnitCost]:
    seen: set[tuple[str, str]] = set()
    for cost in costs:
        if (named := (word_key(cost.trade), word_key(cost.item))) in seen:
            raise ValueError(f"must have {cost.trade}, {cost.item} once, not twice")
        seen.add(named)
    return costs


Costs = Annotated[list[UnitCost], Field(min_length=1, max_length=MAX_COSTS), AfterValidator(_each_once)]


class RepairCostsCreate(Fields):
    """A table of unit costs, which takes the place of the one before of its currency."""

    model_config = ConfigDict(json_schema_extra={"examples": [COSTS]})

    currency: Currency = Field(description="What the costs are in; each currency has a table of its own")
    source: Title = Field(description="Whose costs they are")
    as_of: IsoDate = Field(description="The day that they are of")
    costs: Costs = Field(description="Each trade and item once")


class RepairCostsRecord(Record, RepairCostsCreate, Identified):
    """A table of unit costs on file; the newest of a currency is the one that is used, the others stay."""

    example: ClassVar[dict[str, Any]] = COSTS | {"id": "uc_cad_1", "version": 1}

    id: str = Field(description="`uc_…`: its currency and its version")
    version: int = Field(description="Counts the tables of its currency; 0 is the one that comes with the program")


class RepairCostsList(Listing):
    """A page of tables of unit costs."""

    items: list[RepairCostsRecord]


class RepairCostsQuery(ListQuery):
    """How tables of unit costs are filtered."""

    currency: Currency | None = Field(default=None, description="Only tables of this currency")


class RepairWork(Fields):
    """A piece of work that is asked for."""

    trade: Key = Field(description="A trade of the table, in any case; with a `unit_cost` any other too")
    item: Key | None = Field(default=None, description="An item of the trade; not needed where it has one only")
    quantity: Quantity = Field(description="How many units")
    unit: Key | None = Field(default=None, description="Checked against the table; required beside a `unit_cost`")
    unit_cost: Money | None = Field(default=None, description="A cost of your own, in place of the table's")
    room: Key | None = Field(default=None, description="Where, such as kitchen")


class AmountRange(BaseModel):
    """A low, a middle and a high amount."""

    low: Money = Field(description="With luck")
    mid: Money = Field(description="As expected")
    high: Money = Field(description="Without luck")


class RepairLine(BaseModel):
    """A piece of work and what it costs: quantity × unit cost × factor, rounded to the cent."""

    room: str | None = Field(description="Where")
    trade: str = Field(description="As the table has it")
    item: str = Field(description="As the table has it")
    quantity: int | float = Field(description="How many units")
    unit: str = Field(description="What is counted")
    unit_cost: AmountRange = Field(description="Of the table, or your own, in its currency")
    factor: float = Field(description="Regional factor × exchange rate; 1 for a cost of your own")
    cost: AmountRange = Field(description="What it comes to, in the estimate's currency")
    source: str = Field(description="Where the unit cost is from")


class RepairCostTable(BaseModel):
    """Which table of unit costs an estimate is from."""

    id: str = Field(description="`uc_…`")
    version: int = Field(description="Counts the tables of its currency")
    currency: str = Field(description="What its costs are in")
    source: str = Field(description="Whose costs they are")
    as_of: str = Field(description="The day that they are of")


class RepairEstimate(BaseModel):
    """What the repairs cost, line by line; the lines and the contingency add up to the total, to the cent."""

    currency: str = Field(description="What the amounts are in")
    table: RepairCostTable = Field(description="The unit costs that it is from")
    lines: list[RepairLine] = Field(description="The work, piece by piece")
    subtotal: AmountRange = Field(description="The sum of the lines")
    contingency_percent: int | float = Field(description="Of the subtotal, for what nobody has seen yet")
    contingency: AmountRange = Field(description="That share of the subtotal")
    total: AmountRange = Field(description="Subtotal and contingency; the middle is what is proposed")
    assumptions: list[str] = Field(description="What was assumed, a sentence each")
    warnings: list[str] = Field(description="What to look at")
