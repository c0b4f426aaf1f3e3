"""Schemas of the tasks of markets on a schedule."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from backend.app.core_gov.schedules.schedule import MAX_HOURS, MIN_HOURS, Task
from backend.app.kit.fields import Fields
from backend.app.kit.query import QueryFields

Hours = Annotated[int | None, Field(ge=MIN_HOURS, le=MAX_HOURS)]

SCHEDULE: dict[str, Any] = {
    "market": "king-county",
    "task": "revalue",
    "every_hours": 168,
    "begun_at": "2026-01-25T03:00:00.000000Z",
    "done_at": "2026-01-25T03:02:10.000000Z",
    "failure": None,
    "result": "118 values computed, 31 stored",
    "due_at": "2026-02-01T03:00:00.000000Z",
}


class SchedulesPut(Fields):
    """Intervals of all tasks of a market in hours, from 1 to 9600. A task that is null or missing is off."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"sync": 24, "train": 720, "revalue": 168}]})

    sync: Hours = Field(default=None, description="Synchronize every feed of the market")
    train: Hours = Field(default=None, description="Retrain the model of the market")
    revalue: Hours = Field(default=None, description="Revalue the properties of the market")


class MarketSchedule(BaseModel):
    """A task of a market on a schedule, and its last run."""

    model_config = ConfigDict(json_schema_extra={"examples": [SCHEDULE]})

    market: str = Field(description="Name of the market")
    task: Task = Field(description="What is done")
    every_hours: int = Field(description="Hours from the start of one run to the next")
    begun_at: str | None = Field(description="Start of the last run (UTC); null if there was none")
    done_at: str | None = Field(description="End of the last run that succeeded (UTC)")
    failure: str | None = Field(description="Why the last run failed; null if it succeeded")
    result: str | None = Field(description="What the last run that succeeded did")
    due_at: str = Field(description="When the next run is due (UTC)")


class MarketScheduleList(BaseModel):
    """Tasks of markets on a schedule, by market."""

    items: list[MarketSchedule]


class ScheduleQuery(QueryFields):
    """Filter of the tasks on a schedule."""

    market: str | None = Field(default=None, min_length=1, max_length=63, description="Only this market")
