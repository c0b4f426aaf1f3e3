"""Steps of signing in at a provider: the redirect to it, and its callback. What asks the provider is done between units
of work."""

import time
from dataclasses import dataclass, field, replace

from backend.app.core_gov.access.gate import rate_limit_key
from backend.app.core_gov.access.people import links
from backend.app.core_gov.access.secrets import digest, new_secret
from backend.app.core_gov.access.sessions.service import NewSession
from backend.app.core_gov.access.sign_in import delays
from backend.app.core_gov.access.sign_in.delays import Attempt as CountedAttempt
from backend.app.core_gov.access.sign_in.delays import Counter
from backend.app.core_gov.access.sign_in.service import Arrival, SignInRules
from backend.app.core_gov.access.single_sign_on import attempts, service
from backend.app.core_gov.access.single_sign_on.attempts import ProviderAttempt, authorization_url
from backend.app.core_gov.access.single_sign_on.claims import Account, account_of, claim_at
from backend.app.core_gov.access.single_sign_on.connection import ProviderConnection, ProviderConnections, TokenSet
from backend.app.core_gov.access.single_sign_on.discovery import Metadata
from backend.app.core_gov.access.single_sign_on.errors import InvalidToken
from backend.app.core_gov.access.single_sign_on.providers import Provider
from backend.app.core_gov.access.single_sign_on.schemas import ProviderCallback
from backend.app.core_gov.access.single_sign_on.tokens import Claims, Expected, check_id_token, header_of, subject_of
from backend.app.kit.db import Database, Tx
from backend.app.kit.errors import Forbidden
from backend.app.kit.text import shorten


@dataclass(frozen=True, slots=True)
class Redirect:
    """Address at which a browser signs in, and the value of the cookie that it brings back."""

    url: str = field(repr=False)
    browser: str = field(repr=False)


async def begin(
    database: Database,
    provider: Provider,
    arrival: Arrival,
    attempt: ProviderAttempt,
    browser: str | None,
    secret: str | None,
) -> Redirect:
    """Begin an attempt. `browser`: value of the cookie of earlier ones. `secret`: of the link that it accepts.

    Raises ProviderFailed if the provider does not answer, NotFound or Conflict if the link is not valid.
    """
    metadata = await database.cached(ProviderConnections).to(provider).metadata()
    if secret is not None:
        attempt = attempt.model_copy(update={"link": digest(secret)})
    state, browser = new_secret(), browser or new_secret()
    await database.write(arrival.ctx, _begin, attempt, browser, state, arrival.browser.address)
    return Redirect(authorization_url(metadata, provider, attempt, state), browser)


def _begin(tx: Tx, attempt: ProviderAttempt, browser: str, state: str, address: str) -> None:
    if attempt.link is not None:
        links.find_link_by_digest(tx, attempt.link)
    attempts.begin(tx, attempt, browser, state)


async def take(
    database: Database, provider: Provider, arrival: Arrival, callback: ProviderCallback, browser: str | None
) -> ProviderAttempt:
    """Return the attempt that a callback finishes, and use it up.

    Raises Conflict if this browser has not begun it, Forbidden if it was canceled, and TooManyRequests after many
    callbacks that led nowhere.
    """
    if callback.state is None and callback.error == "access_denied":  # some providers leave the state out
        raise Forbidden(f"the sign-in at {provider.label} was canceled or refused there")
    found = await database.write(
        arrival.ctx, _take, browser or "", callback.state or "", _counted(arrival.browser.address)
    )
    if found.provider != provider.name:
        raise Forbidden(f"this sign-in did not begin at {provider.label}; begin again")
    return found


def _take(tx: Tx, browser: str, state: str, counted: CountedAttempt) -> ProviderAttempt:
    delays.begin(tx, counted)
    return attempts.take(tx, browser, state)


def _counted(address: str) -> CountedAttempt:
    """Return the counters of callbacks from an address. One that leads to a session is taken back from them."""
    return CountedAttempt((), (Counter(f"provider from {rate_limit_key(address)}", 30, 300),))


async def finish(
    database: Database,
    provider: Provider,
    arrival: Arrival,
    callback: ProviderCallback,
    attempt: ProviderAttempt,
    rules: SignInRules,
) -> NewSession | None:
    """Sign the person in; or link the account, and return None. Raises Forbidden, Conflict or ProviderFailed."""
    connection = database.cached(ProviderConnections).to(provider)
    metadata = await connection.metadata()
    _check_issuer(callback, metadata, provider)
    tokens = await connection.redeem(_code_of(callback, provider), attempt.redirect_uri, attempt.verifier)
    account = await _account(connection, metadata, tokens, attempt.nonce)
    actor = await database.snapshot(service.actor_of, account, attempt)
    ctx = replace(arrival.ctx, actor=actor)
    counted = _counted(arrival.browser.address)
    return await database.write(ctx, _finish, provider, account, attempt, tokens.id_token, arrival, rules, counted)


def _finish(
    tx: Tx,
    provider: Provider,
    account: Account,
    attempt: ProviderAttempt,
    id_token: str,
    arrival: Arrival,
    rules: SignInRules,
    counted: CountedAttempt,
) -> NewSession | None:
    delays.succeed(tx, counted)
    if attempt.person is not None:
        service.link_account(tx, provider, account, attempt.person)
        return None
    return service.sign_in_person(tx, provider, account, attempt, id_token, arrival, rules)


def _check_issuer(callback: ProviderCallback, metadata: Metadata, provider: Provider) -> None:
    """Raise Forbidden if another provider made the callback (RFC 9207, section 2.4)."""
    if callback.iss != metadata.issuer and (callback.iss is not None or metadata.names_issuer):
        raise Forbidden(f"this answer does not come from {provider.label} (iss); begin again")


def _code_of(callback: ProviderCallback, provider: Provider) -> str:
    """Return the code of a callback. Raises Forbidden, in the words of the provider, if it has none."""
    if callback.error is not None:
        said = f" ({shorten(callback.error_description, 200)})" if callback.error_description else ""
        if callback.error == "access_denied":
            raise Forbidden(f"the sign-in at {provider.label} was canceled or refused there{said}")
        raise Forbidden(f"{provider.label} refuses the sign-in: {shorten(callback.error, 60)}{said}")
    if not callback.code:
        raise Forbidden(f"{provider.label} came back without a code; begin again")
    return callback.code


def together(claims: Claims, more: Claims, verified_claim: str) -> Claims:
    """Return the claims of the ID token, completed by those of the userinfo endpoint.

    The address and whether it is verified come from the same document: each says so only of its own address.
    """
    of_address = {"email", "email_verified", verified_claim, verified_claim.partition(".")[0]}
    if "email" not in claims:
        return more | {name: value for name, value in claims.items() if name not in of_address}
    same = claims["email"] == more.get("email")
    return {name: value for name, value in more.items() if same or name not in of_address} | claims


async def _account(connection: ProviderConnection, metadata: Metadata, tokens: TokenSet, nonce: str) -> Account:
    """Return the account that verified tokens are about. Raises InvalidToken, Forbidden or ProviderFailed."""
    provider = connection.provider
    claims = await connection.claims(tokens.id_token)
    expected = Expected(metadata.issuer, provider.table.client_id, time.time())
    check_id_token(claims, expected, nonce, tokens.access_token, header_of(tokens.id_token).algorithm)
    if tokens.access_token is not None and _lacks(provider, claims):
        more = await connection.claims_of_person(tokens.access_token)
        if more and subject_of(more) != subject_of(claims):
            raise InvalidToken("the userinfo endpoint tells about another person")
        claims = together(claims, more, provider.table.verified_claim)
    return account_of(provider, claims)


def _lacks(provider: Provider, claims: Claims) -> bool:
    """Return whether a claim that the settings need is not in the id token: many providers give it separately."""
    table = provider.table
    needed = [table.email_claim, table.role_claim, *table.required_claims]
    return any(name is not None and claim_at(claims, name) is None for name in needed)
