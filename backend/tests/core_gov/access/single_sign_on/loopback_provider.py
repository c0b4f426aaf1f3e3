"""A small provider on loopback with keys of its own, for answers that a real one never gives."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, Key, OKPKey, RSAKey

from backend.app.core_gov.access.single_sign_on.tokens import _REGISTRY
from backend.tests.core_gov.access.browser import Browser

CLIENT = "valhalla"
NAVIGATION = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}
Claims = dict[str, Any]
Respond = Callable[[Any], None]


def new_key(kid: str = "first", kind: str = "RSA") -> Key:
    parameters: Any = {"kid": kid, "use": "sig"}
    match kind:
        case "RSA":
            return RSAKey.generate_key(2048, parameters)
        case "EC":
            return ECKey.generate_key("P-256", parameters)
        case _:
            return OKPKey.generate_key("Ed25519", parameters)


class LoopbackProvider:
    """A provider that answers every code with an id token, as the test asks for it.

    `metadata`: changes of the discovery document, of which None removes a field. `published`: keys of the key set.
    `claims`: changes of the claims of the next id tokens. `sign`: makes a token of claims. `respond`: replaces the
    answer of a path. `requested`: the paths that were requested, and `forms` the forms that were sent.
    """

    def __init__(self, port: int) -> None:
        self.issuer = f"http://127.0.0.1:{port}"
        self.key = new_key()
        self.published: list[Key] = [self.key]
        self.metadata: Claims = {}
        self.claims: Claims = {}
        self.userinfo: Claims | None = None
        self.sign: Callable[[Claims], str] = self.signed
        self.respond: dict[str, Respond] = {}
        self.requested: list[str] = []
        self.forms: list[dict[str, str]] = []
        self._nonces: dict[str, str] = {}

    def signed(self, claims: Claims, key: Key | None = None, algorithm: str = "RS256", **header: Any) -> str:
        found = key or self.key
        given = {"alg": algorithm} | ({"kid": found.kid} if found.kid else {}) | header
        return jwt.encode(given, claims, found, registry=_REGISTRY)

    def id_claims(self, nonce: str = "") -> Claims:
        now = int(time.time())
        base = {"iss": self.issuer, "aud": CLIENT, "sub": "dana", "iat": now, "exp": now + 300, "nonce": nonce}
        return {name: value for name, value in (base | self.claims).items() if value is not None}

    def logout_token(self, **changes: Any) -> str:
        return self.signed(self.logout_claims(**changes))

    def logout_claims(self, **changes: Any) -> Claims:
        now = int(time.time())
        events: Claims = {"http://schemas.openid.net/event/backchannel-logout": {}}
        base = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 120, "jti": f"j{time.time_ns()}"}
        found = base | {"events": events, "sub": "dana"} | changes
        return {name: value for name, value in found.items() if value is not None}

    def callback(self, url: str, **changes: str | None) -> str:
        """Return the address to which the browser is sent back after it was sent to `url`."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        code = f"code-{len(self._nonces)}"
        self._nonces[code] = asked["nonce"]
        given = {"state": asked["state"], "code": code} | changes
        query = urlencode({name: value for name, value in given.items() if value is not None})
        return f"{urlsplit(asked['redirect_uri']).path}?{query}"

    def document(self) -> Claims:
        paths = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
        found: Claims = {"issuer": self.issuer} | {name: f"{self.issuer}/{path}" for name, path in paths.items()}
        return {name: value for name, value in (found | self.metadata).items() if value is not None}

    def answer(self, path: str, form: dict[str, str]) -> Claims:
        if path == "/.well-known/openid-configuration":
            return self.document()
        if path == "/keys":
            return {"keys": [key.as_dict(private=False) for key in self.published]}
        if path == "/userinfo":
            return self.userinfo or {}
        self.forms.append(form)
        return {
            "access_token": "an-access-token",
            "token_type": "Bearer",
            "id_token": self.sign(self.id_claims(self._nonces.get(form.get("code", ""), ""))),
        }


class ProviderHandler(BaseHTTPRequestHandler):
    disable_nagle_algorithm = True  # otherwise each body waits 40 ms for an acknowledgment of its head
    provider: LoopbackProvider
    form: dict[str, str]
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer({})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        given = {name: values[0] for name, values in parse_qs(body).items()}
        self._answer(given | {"authorization": self.headers.get("authorization", "")})

    def _answer(self, form: dict[str, str]) -> None:
        self.form = form
        path = urlsplit(self.path).path
        self.provider.requested.append(path)
        if path in self.provider.respond:
            self.provider.respond[path](self)
        else:
            send(self, json.dumps(self.provider.answer(path, form)).encode())

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - as the base class names it
        """Log nothing."""


def send(handler: BaseHTTPRequestHandler, body: bytes, status: int = 200, **headers: str) -> None:
    handler.send_response(status)
    for name, value in ({"content-length": str(len(body)), "connection": "close"} | headers).items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(body)


@contextmanager
def loopback_provider() -> Iterator[LoopbackProvider]:
    """Run a provider in a thread."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), ProviderHandler)
    provider = LoopbackProvider(server.server_address[1])
    server.RequestHandlerClass = type("Handler", (ProviderHandler,), {"provider": provider})
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), name="provider")
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def begin(browser: Browser, start: str = "/app/sign-in/with/work") -> str:
    """Go to the provider by a link, and return the address there."""
    redirect = browser.get(start)
    assert redirect.status_code == 303, redirect.text
    return str(redirect.headers["location"])


def come_back(browser: Browser, address: str) -> Any:
    """Follow the provider's redirect as a browser does, and return the response."""
    return browser.get(address, headers=NAVIGATION)
