"""Requests to a provider: its discovery document, its keys, tokens for a code, and claims of a person."""

import asyncio
import base64
from dataclasses import dataclass, field
from urllib.parse import quote_plus

from backend.app.core_gov.access.single_sign_on import discovery, keys
from backend.app.core_gov.access.single_sign_on.discovery import Metadata, discovery_url, metadata_of
from backend.app.core_gov.access.single_sign_on.errors import InvalidToken, ProviderFailed
from backend.app.core_gov.access.single_sign_on.exchange import ProviderAnswer, ProviderRequest, exchange
from backend.app.core_gov.access.single_sign_on.fetched import Fetched
from backend.app.core_gov.access.single_sign_on.keys import SigningKey, choose_key, signing_keys
from backend.app.core_gov.access.single_sign_on.providers import Provider
from backend.app.core_gov.access.single_sign_on.tokens import (
    Claims,
    TokenHeader,
    check_type,
    header_of,
    verified_claims,
)
from backend.app.kit.text import shorten


@dataclass(frozen=True, slots=True)
class TokenSet:
    """Tokens that a provider gave for a code. They are kept out of every representation."""

    id_token: str = field(repr=False)
    access_token: str | None = field(repr=False)


class ProviderConnection:
    """A provider, and what was fetched from it lately."""

    def __init__(self, provider: Provider) -> None:
        self.provider = provider
        self._metadata: Fetched[Metadata] = Fetched(self._discover)
        self._keys: Fetched[tuple[SigningKey, ...]] = Fetched(self._fetch_keys)

    async def metadata(self) -> Metadata:
        """Return the discovery document, at most ten minutes old. Raises ProviderFailed."""
        return await self._metadata.get(discovery.KEPT_S)

    @property
    def known_metadata(self) -> Metadata | None:
        """The discovery document, however old, if it was ever read."""
        return self._metadata.at_hand

    async def keys(self) -> tuple[SigningKey, ...]:
        """Return the keys, at most ten minutes old. Raises ProviderFailed."""
        return await self._keys.get(keys.KEPT_S)

    async def check(self) -> None:
        """Read everything that a sign-in needs beforehand. Raises ProviderFailed, or BadInput for the settings."""
        await asyncio.to_thread(self.provider.client_secret)
        await self.metadata()
        await self.keys()

    async def claims(self, token: str, own_type: str = "jwt") -> Claims:
        """Return the claims of a token of a type that the provider signed. Raises InvalidToken or ProviderFailed.

        An unknown key id makes the keys be fetched again, at most once a minute: the provider may have new ones.
        """
        header = header_of(token)
        check_type(header, own_type)
        key = choose_key(await self.keys(), header.kid, header.algorithm)
        if key is None:
            key = await self._new_key(header)
        return verified_claims(token, key)

    async def _new_key(self, header: TokenHeader) -> SigningKey:
        key = choose_key(await self._keys.get(keys.UNKNOWN_S), header.kid, header.algorithm)
        if key is None:
            raise InvalidToken("the token is signed with a key that the provider does not publish")
        return key

    async def redeem(self, code: str, redirect_uri: str, verifier: str) -> TokenSet:
        """Return the tokens for a code. Raises ProviderFailed."""
        metadata, table = await self.metadata(), self.provider.table
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "client_id": table.client_id,
            "code_verifier": verifier,
        }
        secret = await asyncio.to_thread(self.provider.client_secret)
        authorization = None
        if secret is not None and self._uses_basic(metadata):
            authorization = _basic(table.client_id, secret)
        elif secret is not None:
            form["client_secret"] = secret
        what = "the token endpoint"
        answer = await self._send(ProviderRequest(metadata.token_endpoint, what, form, authorization))
        if answer.status != 200:
            raise ProviderFailed(f"{self.provider.label} refuses the sign-in: {_error_of(answer)}")
        id_token, access_token = answer.document.get("id_token"), answer.document.get("access_token")
        if not isinstance(id_token, str):
            raise ProviderFailed(f"{what} of {self.provider.label} gives no id token; is openid among the scopes?")
        return TokenSet(id_token, access_token if isinstance(access_token, str) else None)

    async def claims_of_person(self, access_token: str) -> Claims:
        """Return what the provider says of a person beyond the id token; nothing if it has no endpoint for it."""
        metadata = await self.metadata()
        if metadata.userinfo_endpoint is None:
            return {}
        what = "the userinfo endpoint"
        if not access_token.isascii() or not access_token.isprintable():
            raise ProviderFailed(f"the access token of {self.provider.label} is malformed")
        request = ProviderRequest(metadata.userinfo_endpoint, what, None, f"Bearer {access_token}")
        answer = await self._send(request)
        if answer.status != 200:
            raise ProviderFailed(f"{what} of {self.provider.label} answers {answer.status}")
        return answer.document

    def _uses_basic(self, metadata: Metadata) -> bool:
        """Return whether the secret goes into the header, which is the usual way, or into the form."""
        if self.provider.table.client_auth is not None:
            return self.provider.table.client_auth == "basic"
        return "client_secret_basic" in metadata.client_auth or "client_secret_post" not in metadata.client_auth

    async def _discover(self) -> Metadata:
        issuer, label = self.provider.table.issuer, self.provider.label
        document = await self._document(discovery_url(issuer), "the discovery document")
        return metadata_of(document.document, issuer, label)

    async def _fetch_keys(self) -> tuple[SigningKey, ...]:
        metadata = await self.metadata()
        document = await self._document(metadata.jwks_uri, "the key set")
        return signing_keys(document.document, self.provider.label)

    async def _document(self, url: str, what: str) -> ProviderAnswer:
        answer = await self._send(ProviderRequest(url, what))
        if answer.status != 200:
            raise ProviderFailed(f"{what} of {self.provider.label} cannot be read (status {answer.status})")
        return answer

    async def _send(self, request: ProviderRequest) -> ProviderAnswer:
        return await exchange(request, self.provider.label, self.provider.ca_file)


class ProviderConnections:
    """The connections of an open database, which `Database.cached` holds. A changed file makes new ones."""

    def __init__(self) -> None:
        self._found: dict[str, ProviderConnection] = {}

    def to(self, provider: Provider) -> ProviderConnection:
        found = self._found.get(provider.name)
        if found is None or found.provider != provider:
            found = self._found[provider.name] = ProviderConnection(provider)
        return found


def _basic(client_id: str, secret: str) -> str:
    """Return the header of RFC 6749, section 2.3.1, which encodes both parts like a form."""
    pair = f"{quote_plus(client_id)}:{quote_plus(secret)}"
    return f"Basic {base64.b64encode(pair.encode()).decode()}"


def _error_of(answer: ProviderAnswer) -> str:
    """Return the error of an OAuth response in a few words."""
    error, description = (answer.document.get(name) for name in ("error", "error_description"))
    code = shorten(error, 40) if isinstance(error, str) and error else f"status {answer.status}"
    return f"{code} ({shorten(description, 200)})" if isinstance(description, str) and description else code
