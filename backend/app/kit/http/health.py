"""Liveness, readiness and metrics endpoints for monitors and load balancers."""

from typing import Literal

from fastapi import APIRouter
from fastapi.responses import PlainTextResponse
from pydantic import BaseModel, ConfigDict, Field, JsonValue

from backend.app.kit.db import losses, state
from backend.app.kit.db.migrate import HEAD
from backend.app.kit.errors import AppError, StoreUnavailable
from backend.app.kit.http.middleware import ServiceComponents
from backend.app.kit.http.operation import admits
from backend.app.kit.http.request_work import Db, RequestWork
from backend.app.kit.http.responses import Response
from backend.app.kit.json_mirror.mirror_off import MirrorOff

_READY: dict[str, JsonValue] = {
    "status": "ready",
    "database": "sqlite",
    "schema_revision": "0002",
    "mirror": "here",
    "mirror_lag_s": 0.0,
}
_SCRAPED = 'valhalla_requests_total{method="GET",route="/healthz",status="200"} 3.0'


class Alive(BaseModel):
    """State of a running process."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"status": "ok"}]})

    status: Literal["ok"] = Field(default="ok", description="Always `ok`")


class Ready(BaseModel):
    """State of a service that is ready."""

    model_config = ConfigDict(json_schema_extra={"examples": [_READY]})

    status: Literal["ready"] = Field(default="ready", description="Always `ready`; otherwise the response is 503")
    database: str = Field(description="sqlite or postgresql; the check has written to it", examples=["sqlite"])
    schema_revision: str = Field(description="Revision of the database schema", examples=["0002"])
    mirror: Literal["here", "elsewhere", "off"] = Field(
        description="`here` if this process writes the JSON files; `off` if nobody does"
    )
    mirror_lag_s: float = Field(description="Delay of the JSON files in seconds", examples=[0.0])


def health_router(wiring: ServiceComponents) -> APIRouter:
    """Return a router for the service that `wiring` belongs to."""
    router = APIRouter(tags=["operations"])

    @router.get("/healthz", response_model=Alive, summary="Check that the process is running")
    @admits(local=True)
    async def healthz() -> Response:
        return Response(200, Alive().model_dump_json().encode())

    @router.get("/readyz", response_model=Ready, summary="Check that the service is ready")
    @admits(local=True)
    async def readyz(db: Db) -> Response:
        """Writes to the database. Returns 503 if a check fails."""
        return Response(200, (await _check(wiring, db)).model_dump_json().encode())

    @router.get(
        "/metrics",
        response_model=None,
        response_class=PlainTextResponse,
        summary="Get metrics for Prometheus",
        responses={200: {"content": {"text/plain": {"example": _SCRAPED}}}},
    )
    async def metrics(db: Db) -> Response:
        lag = wiring.mirror.lag_s() if wiring.mirror else 0.0
        return Response(200, wiring.metrics.text(db.database.waiting(), lag), wiring.metrics.content_type)

    return router


async def _check(wiring: ServiceComponents, work: RequestWork) -> Ready:
    try:
        await work.database.write(work.ctx, state.put, "last_ready_check", work.ctx.request_id or "")
    except AppError as error:
        raise StoreUnavailable(f"not ready: the database cannot be written ({error.detail})") from error
    revision = await work.database.read(state.schema_revision)
    if revision != HEAD:
        raise StoreUnavailable(f"not ready: the schema is {revision}, this version needs {HEAD}")
    if lost := await work.database.read(losses.every):
        raise StoreUnavailable(
            f"not ready: the store has lost {losses.summary(lost)}; restore a backup, or accept the loss: "
            "`valhalla doctor --acknowledge`"
        )
    mirror = wiring.mirror
    lag = mirror.lag_s() if mirror else 0.0
    if mirror and (mirror.problem or (mirror.holds and lag > wiring.max_lag_s)):
        raise StoreUnavailable(
            f"not ready: the JSON files are {lag:.0f} s behind ({mirror.problem or 'too much to write'})"
        )
    if mirror and mirror.changes_problem:
        raise StoreUnavailable(f"not ready: changes are not logged beside the JSON files ({mirror.changes_problem})")
    return Ready(
        database=work.database.dialect,
        schema_revision=revision,
        mirror="off" if isinstance(mirror, MirrorOff) else "here" if mirror and mirror.holds else "elsewhere",
        mirror_lag_s=round(lag, 3),
    )
