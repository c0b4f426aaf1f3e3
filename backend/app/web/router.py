"""Router of the console: pages under /app, and their assets."""

import asyncio

from fastapi import APIRouter

from backend.app.kit.http import Db, Response
from backend.app.kit.http.operation import admits
from backend.app.web import assets
from backend.app.web.account.router import router as account
from backend.app.web.audit.router import router as audit
from backend.app.web.consent.router import router as consent
from backend.app.web.deals.router import router as deals
from backend.app.web.deliveries.router import router as deliveries
from backend.app.web.factors.router import router as factors
from backend.app.web.inbox.router import router as inbox
from backend.app.web.jobs.router import router as jobs
from backend.app.web.joint_ventures.router import router as joint_ventures
from backend.app.web.maps.router import router as maps
from backend.app.web.markets.router import router as markets
from backend.app.web.messages.router import router as messages
from backend.app.web.pages import PAGES
from backend.app.web.partners.router import router as partners
from backend.app.web.people.router import router as people
from backend.app.web.properties.router import router as properties
from backend.app.web.search.router import router as search
from backend.app.web.settings.router import router as settings
from backend.app.web.sign_in.router import router as sign_in
from backend.app.web.tokens.router import router as tokens

console = APIRouter(prefix=PAGES, include_in_schema=False)

IMMUTABLE = b"public, max-age=31536000, immutable"


@console.get("")
async def home(db: Db) -> Response:
    return Response(303, b"", headers=[(b"location", f"{PAGES}/properties".encode())])


@console.get("/assets/{digest}/{name}")
@admits(anyone=True)
async def asset(db: Db, digest: str, name: str) -> Response:
    return await _asset(db, digest, name)


@console.get("/assets/{digest}/{name}/{second}")
@admits(anyone=True)
async def asset_in_folder(db: Db, digest: str, name: str, second: str) -> Response:
    return await _asset(db, digest, f"{name}/{second}")


@console.get("/assets/{digest}/{name}/{second}/{third}")
@admits(anyone=True)
async def asset_in_inner_folder(db: Db, digest: str, name: str, second: str, third: str) -> Response:
    return await _asset(db, digest, f"{name}/{second}/{third}")


async def _asset(db: Db, digest: str, name: str) -> Response:
    """Serve the current file. Only under the current digest may browsers keep it."""
    found = await asyncio.to_thread(assets.find_asset, name)
    headers = [(b"vary", b"accept-encoding")]
    if digest == assets.asset_set().digest:
        headers.append((b"cache-control", IMMUTABLE))
    body = found.body
    if found.packed is not None and db.accepts_gzip:
        body = found.packed
        headers.append((b"content-encoding", b"gzip"))
    return Response(200, body, found.media.encode(), headers)


console.include_router(sign_in)
console.include_router(account)
console.include_router(tokens)
console.include_router(people)
console.include_router(factors)
console.include_router(deals)
console.include_router(partners)
console.include_router(joint_ventures)
console.include_router(properties)
console.include_router(messages)
console.include_router(deliveries)
console.include_router(inbox)
console.include_router(consent)
console.include_router(markets)
console.include_router(audit)
console.include_router(settings)
console.include_router(search)
console.include_router(jobs)
console.include_router(maps)
