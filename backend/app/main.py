"""The HTTP service. uvicorn loads `app`."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager, suppress
from http import HTTPStatus

import structlog
from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from backend.app import __version__
from backend.app.bootstrap import Store, job, open_store, warn_if_mirror_off
from backend.app.core_gov.access import gate
from backend.app.core_gov.access.admission import Admission, FindSession, Lookup
from backend.app.core_gov.access.rules import limits_of
from backend.app.core_gov.access.sessions import service as sessions
from backend.app.core_gov.access.sessions.limits import SessionLimits
from backend.app.core_gov.access.sessions.live_session import LiveSession
from backend.app.core_gov.access.sign_in import service as sign_in
from backend.app.core_gov.access.single_sign_on.providers import report_at_start
from backend.app.core_gov.access.tokens import service as tokens
from backend.app.core_gov.access.tokens.live_token import LastUse, LiveToken
from backend.app.core_gov.audit import service as audit
from backend.app.core_gov.core_router import core
from backend.app.core_gov.valuation.first_use import imported_ahead
from backend.app.jobs import process_lease, running_jobs
from backend.app.kit import clock
from backend.app.kit import log as logs
from backend.app.kit.db import Ctx, Database
from backend.app.kit.errors import AppError
from backend.app.kit.http import RequestMiddleware, ServiceComponents
from backend.app.kit.http.cors import Cors
from backend.app.kit.http.cursors import Cursors, load_key
from backend.app.kit.http.docs import DOCS_PATHS, add_docs
from backend.app.kit.http.health import health_router
from backend.app.kit.http.responses import problem
from backend.app.kit.metrics import Metrics
from backend.app.settings import Settings, load_settings, parse_rate
from backend.app.web.pages import PAGES, error_page
from backend.app.web.router import console

log = structlog.get_logger("service")


def create_app(settings: Settings | None = None) -> FastAPI:
    """Build the application. It opens the store only when the server starts."""
    wiring = ServiceComponents(metrics=Metrics(), docs_paths=DOCS_PATHS, pages=PAGES, error_page=error_page)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        current = settings or load_settings()
        logs.configure(current.log_level, current.log_format)
        with ExitStack() as stack:
            store = await asyncio.to_thread(stack.enter_context, open_store(current))
            _connect(wiring, store)
            wiring.cursors = Cursors(await asyncio.to_thread(load_key, store.db, job("cursors")))
            lease_holder = await asyncio.to_thread(stack.enter_context, process_lease(store, "serve"))
            stack.enter_context(running_jobs(store, lease_holder, wiring.metrics, watch_only=not current.jobs))
            await asyncio.to_thread(report_at_start, current)
            log.info("ready", database=store.db.dialect, data_dir=str(current.data_dir_absolute))
            warn_if_mirror_off(current)
            stack.enter_context(imported_ahead(store.db))
            yield
            wiring.database = wiring.mirror = wiring.admit = wiring.refused = None
            await asyncio.to_thread(stack.close)
        log.info("stopped")

    app = FastAPI(
        title="Valhalla",
        version=__version__,
        summary="The back office of a real-estate investment company in Canada and the US",
        description=_DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        telemetry={"auto_configure": False, "tracing": False, "metrics": False, "logs": False},
        lifespan=lifespan,
        generate_unique_id_function=lambda route: route.name,
    )
    app.include_router(core)
    app.include_router(console)
    app.include_router(health := health_router(wiring))
    add_docs(app, home=PAGES, computations=("/estimate", "/compute"))
    app.add_exception_handler(HTTPException, _framework_error)
    # FastAPI resolves the routes of a router once, but again for each app that includes it, which takes 0.2 s.
    app.add_middleware(RequestMiddleware, routes=[*core.routes, *console.routes, *health.routes], wiring=wiring)
    return app


def _connect(wiring: ServiceComponents, store: Store) -> None:
    settings, db = store.settings, store.db
    rules = gate.Rules(
        frozenset(settings.allowed_hosts), frozenset(settings.allowed_origins), settings.trusted_proxies, PAGES
    )

    async def refused(ctx: Ctx, method: str, path: str, error: AppError) -> None:
        await db.write(ctx, audit.record_refusal, method, path, error)

    wiring.admit = Admission(
        rules,
        _token_lookup(db),
        parse_rate(settings.rate_limit),
        parse_rate(settings.rate_limit_loopback),
        _session_lookup(db, limits_of(settings)),
        local_user=settings.loopback == "open",
        factor_roles=frozenset(settings.second_factor_roles),
    )
    wiring.refused = refused
    wiring.cors = Cors(settings.allowed_origins)
    wiring.mirror, wiring.max_lag_s = store.mirror, settings.mirror_max_lag_s
    wiring.database, wiring.site = db, settings
    db.batch_sizes = wiring.metrics.batch


def _token_lookup(db: Database) -> Lookup:
    """Return a function that finds the token of a request, and notes its use once an hour."""
    last_use = LastUse()

    async def find_token(digest: str) -> LiveToken | None:
        found = await db.read(tokens.live_token, digest)
        if found is not None:
            now = clock.now()
            found.check(now)
            if last_use.is_due(found, now):
                with suppress(AppError):  # the request itself says what is wrong with the store
                    await db.write(job("tokens"), tokens.note_use, found.name)
        return found

    return find_token


def _session_lookup(db: Database, limits: SessionLimits) -> FindSession:
    """Return a function that finds the session of a request, and notes its time once a minute."""

    async def find_session(digest: str) -> LiveSession | None:
        found = await db.read(sign_in.live_session, digest)
        now = clock.now()
        if found is None or limits.is_over(now, found.seen_at, found.expires_at):
            return None
        if sessions.is_untouched(now, found.seen_at):
            with suppress(AppError):  # the request itself says what is wrong with the store
                await db.write(job("sessions"), sessions.touch, found.id)
        return found

    return find_session


async def _framework_error(request: Request, error: Exception) -> Response:
    """Return the framework's own errors, such as an unknown path, in the format of all other errors."""
    assert isinstance(error, HTTPException)
    problem_error = AppError(
        f"there is nothing at {request.url.path[:200]}" if error.status_code == 404 else error.detail
    )
    problem_error.status, problem_error.title = error.status_code, HTTPStatus(error.status_code).phrase
    response = problem(problem_error, request.scope["request_id"])
    return Response(response.body, response.status, {**(error.headers or {})}, media_type="application/problem+json")


_DESCRIPTION = """
Three packs on one governance layer: the **communication hub**, the **partner/JV manager** and **property
intelligence**, plus deals and an audit trail.

Lists return `{"items": [...]}`, newest first, with `next_cursor` if there are more items. A page has at most `limit`
items and at most 8 MB, but at least one item. Errors are RFC 9457 problem documents whose `detail` is one sentence.
Clients on the same machine need no token; all others send `Authorization: Bearer vlh_…`.
"""

app = create_app()
