"""One request to a provider: bounded in time and size, without following redirects."""

import asyncio
import ssl
from dataclasses import dataclass
from pathlib import Path

import httpx

from backend.app import __version__
from backend.app.core_gov.access.single_sign_on.errors import ProviderFailed
from backend.app.kit import strict_json
from backend.app.kit.errors import BadInput
from backend.app.kit.http_client.tls import usual_tls
from backend.app.kit.strict_json import Json

TIMEOUT_S = 10.0
"""Time for one exchange, from the connection to the end of the body."""

MAX_BYTES = 500_000

_HEADERS = {"accept": "application/json", "accept-encoding": "identity", "user-agent": f"valhalla/{__version__}"}


@dataclass(frozen=True, slots=True)
class ProviderAnswer:
    """A JSON object that a provider answered, and the status. It may hold tokens."""

    status: int
    document: dict[str, Json]

    def __repr__(self) -> str:
        return f"ProviderAnswer({self.status})"


@dataclass(frozen=True, slots=True)
class ProviderRequest:
    """A request: a form if there is one, else a GET. `authorization`: value of that header."""

    url: str
    what: str
    form: dict[str, str] | None = None
    authorization: str | None = None

    def __repr__(self) -> str:
        return f"ProviderRequest({self.url!r})"


async def exchange(request: ProviderRequest, label: str, ca_file: Path | None = None) -> ProviderAnswer:
    """Send a request and return the JSON object of the response, whatever its status. Raises ProviderFailed."""
    try:
        async with asyncio.timeout(TIMEOUT_S):
            status, body = await _sent(request, ca_file)
    except (TimeoutError, httpx.TimeoutException):
        raise ProviderFailed(f"{label} does not answer in time; try again in a moment") from None
    except BadInput as error:
        raise ProviderFailed(f"{request.what} of {label} {error.detail}") from None
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        raise ProviderFailed(f"{label} cannot be reached ({_reason(error)}); try again in a moment") from None
    if 300 <= status < 400:
        raise ProviderFailed(f"{request.what} of {label} redirects elsewhere, which is not followed")
    try:
        document = strict_json.parse(body)
    except BadInput:
        document = None
    if not isinstance(document, dict):
        raise ProviderFailed(f"{request.what} of {label} is not a JSON object (status {status})")
    return ProviderAnswer(status, document)


async def _sent(request: ProviderRequest, ca_file: Path | None) -> tuple[int, bytes]:
    headers = _HEADERS | ({"authorization": request.authorization} if request.authorization else {})
    verify = await asyncio.to_thread(_tls, ca_file) if request.url.startswith("https:") else False
    limits = httpx.Timeout(TIMEOUT_S)
    async with (
        httpx.AsyncClient(verify=verify, trust_env=False, timeout=limits, headers=headers) as client,
        client.stream("GET" if request.form is None else "POST", request.url, data=request.form) as response,
    ):
        if response.headers.get("content-encoding", "identity") != "identity":
            raise BadInput("is compressed, which was not asked for")
        body = bytearray()
        async for chunk in response.aiter_raw():
            body += chunk
            if len(body) > MAX_BYTES:
                raise BadInput(f"is larger than {MAX_BYTES:,} bytes")
        return response.status_code, bytes(body)


def _tls(ca_file: Path | None) -> ssl.SSLContext:
    """Return the TLS settings: certificates that the usual authorities signed, or that of a file. Takes 20 ms."""
    if ca_file is None:
        return usual_tls()
    try:
        return ssl.create_default_context(cafile=str(ca_file))
    except OSError as error:  # includes SSLError, of a file without certificates
        raise BadInput(f"cannot be checked, because its ca_file cannot be read: {error.strerror}") from None


def _reason(error: Exception) -> str:
    """Return why a request failed, without what the provider sent."""
    text = str(error)
    if "CERTIFICATE_VERIFY_FAILED" in text:
        return "its certificate is not valid"
    if isinstance(error, httpx.ConnectError):
        return "no connection"
    return "the connection broke"
