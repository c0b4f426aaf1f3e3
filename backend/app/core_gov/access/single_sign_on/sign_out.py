"""Signing out here and at the provider, whichever side begins.

OpenID Connect RP-Initiated Logout 1.0, and Back-Channel Logout 1.0.
"""

import asyncio
import time
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlencode

from backend.app.core_gov.access.secrets import digest
from backend.app.core_gov.access.sessions import service as sessions
from backend.app.core_gov.access.sessions.schemas import EndedSessions
from backend.app.core_gov.access.sessions.store import Session
from backend.app.core_gov.access.sign_in import store as challenges
from backend.app.core_gov.access.single_sign_on import store
from backend.app.core_gov.access.single_sign_on.connection import ProviderConnection, ProviderConnections
from backend.app.core_gov.access.single_sign_on.discovery import Metadata
from backend.app.core_gov.access.single_sign_on.errors import InvalidToken
from backend.app.core_gov.access.single_sign_on.providers import Provider, find_provider
from backend.app.core_gov.access.single_sign_on.schemas import SignedOut
from backend.app.core_gov.access.single_sign_on.tokens import Claims, Expected, check_logout_token, text_claim
from backend.app.kit.clock import later
from backend.app.kit.db import Ctx, Database, Tx
from backend.app.kit.errors import AppError, BadInput
from backend.app.settings import Settings

AFTERWARDS = "/app/sign-in"
"""Path of the page to which providers send people back. Its address is registered with them."""

LONGEST_HINT = 4_000
"""Characters of an id token up to which it goes into an address, which servers limit to about 8,000."""

_PATIENCE_S = 3.0
"""Time for which signing out waits for the discovery document, if it was never read."""

_REPLAY = timedelta(days=1)
"""Time for which the id of a logout token is remembered."""


async def sign_out(database: Database, ctx: Ctx, session_id: str, settings: Settings, base: str) -> SignedOut:
    """End a session, and return where to sign out at its provider. A provider that does not answer changes nothing."""
    session = await database.write(ctx, _end, session_id)
    redirect = None
    if session.provider is not None:
        redirect = await _end_session_url(database, session.provider, session, settings, base)
    return SignedOut(actor=ctx.actor, role="", session=None, stage="complete", redirect=redirect)


def _end(tx: Tx, session_id: str) -> Session:
    """End a session, and return it as it was before: its end deletes the id token."""
    session = sessions.session_of(tx, session_id)
    sessions.end_session(tx, session_id, "signed out")
    return session


async def _end_session_url(
    database: Database, name: str, session: Session, settings: Settings, base: str
) -> str | None:
    try:
        provider = await asyncio.to_thread(find_provider, settings, name)
        connection = database.cached(ProviderConnections).to(provider)
        metadata = connection.known_metadata
        if metadata is None:
            async with asyncio.timeout(_PATIENCE_S):
                metadata = await connection.metadata()
    except (AppError, TimeoutError):
        return None
    return end_session_url(provider, metadata, session.id_token, f"{base}{AFTERWARDS}")


def end_session_url(provider: Provider, metadata: Metadata, id_token: str | None, back_to: str) -> str | None:
    """Return where a browser signs out at a provider; None if the provider has no such page, or it is not wanted."""
    endpoint = metadata.end_session_endpoint
    if endpoint is None or not provider.table.single_sign_out:
        return None
    parameters = {"client_id": provider.table.client_id, "post_logout_redirect_uri": back_to}
    if id_token and len(id_token) <= LONGEST_HINT:
        parameters["id_token_hint"] = id_token
    return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(parameters)}"


async def end_sessions_for(database: Database, ctx: Ctx, provider: Provider, logout_token: str) -> EndedSessions:
    """End the sessions that a logout token names. Raises BadInput if it is not valid, or was used before."""
    connection = database.cached(ProviderConnections).to(provider)
    try:
        claims = await _logout_claims(connection, logout_token)
    except InvalidToken as error:
        raise BadInput(f"the logout token is refused: {error.detail}") from None
    return await database.write(replace(ctx, actor=f"provider {provider.name}"), _end_named, provider, claims)


async def _logout_claims(connection: ProviderConnection, logout_token: str) -> Claims:
    claims = await connection.claims(logout_token, "logout+jwt")
    table = connection.provider.table
    check_logout_token(claims, Expected(table.issuer, table.client_id, time.time()))
    return claims


def _end_named(tx: Tx, provider: Provider, claims: Claims) -> EndedSessions:
    token_id, subject = str(claims["jti"]), text_claim(claims, "sub")
    challenges.purge_challenges(tx, tx.now)
    used = digest(f"logout token {provider.table.issuer} {token_id}")
    if not challenges.note_once(tx, used, "logout_token", later(tx.now, _REPLAY)):
        raise BadInput("the logout token was used before")
    identity = store.find(tx, provider.table.issuer, subject) if subject else None
    person_id = identity.person_id if identity else None
    because = f"signed out at {provider.label}"
    ended = sessions.end_sessions_at_provider(tx, provider.name, text_claim(claims, "sid"), person_id, because)
    return EndedSessions(ended=ended)
