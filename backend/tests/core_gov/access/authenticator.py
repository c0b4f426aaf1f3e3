"""A software authenticator: passkeys as a browser and a device make and use them, and as an attacker forges them."""

import hashlib
import json
import secrets
import struct
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData

from backend.tests.core_gov.access.browser import Browser

FLAG = AuthenticatorData.FLAG
USER, VERIFIED = FLAG.UP, FLAG.UP | FLAG.UV


@dataclass
class Authenticator:
    """One passkey. `origin`: what the browser says of the page. `step`: by how much a use raises the counter."""

    origin: str
    flags: AuthenticatorData.FLAG = VERIFIED
    step: int = 1
    counter: int = 0
    user_handle: bytes = b""
    rp_id: str = ""
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(32))

    def create(self, options: dict[str, Any], **client: Any) -> dict[str, Any]:
        """Return what `navigator.credentials.create` returns, as JSON."""
        self.rp_id, self.user_handle = options["rp"]["id"], websafe_decode(options["user"]["id"])
        public_key = ES256.from_cryptography_key(self.key.public_key())  # type: ignore[no-untyped-call]
        attested = AttestedCredentialData.create(bytes(16), self.credential_id, public_key)
        data = self._data(self.flags | FLAG.AT, attested)
        return self._answer(
            self._client("webauthn.create", options, client),
            attestationObject=websafe_encode(AttestationObject.create("none", data, {})),
            transports=["internal", "nonsense"],
        )

    def get(self, options: dict[str, Any], **client: Any) -> dict[str, Any]:
        """Return what `navigator.credentials.get` returns, as JSON."""
        client_data = self._client("webauthn.get", options, client)
        data = self._data(self.flags)
        signed = data + hashlib.sha256(client_data).digest()
        return self._answer(
            client_data,
            authenticatorData=websafe_encode(data),
            signature=websafe_encode(self.key.sign(signed, ec.ECDSA(hashes.SHA256()))),
            userHandle=websafe_encode(self.user_handle),
        )

    def _data(self, flags: AuthenticatorData.FLAG, attested: bytes = b"") -> AuthenticatorData:
        self.counter += self.step
        site = hashlib.sha256(self.rp_id.encode()).digest()
        return AuthenticatorData(site + struct.pack(">BI", flags, self.counter) + attested)

    def _client(self, kind: str, options: dict[str, Any], client: dict[str, Any]) -> bytes:
        usual = {"type": kind, "challenge": options["challenge"], "origin": self.origin, "crossOrigin": False}
        return json.dumps(usual | client).encode()

    def _answer(self, client_data: bytes, **response: Any) -> dict[str, Any]:
        name = websafe_encode(self.credential_id)
        response["clientDataJSON"] = websafe_encode(client_data)
        return {"id": name, "rawId": name, "type": "public-key", "response": response, "clientExtensionResults": {}}


def begin(browser: Browser, path: str) -> dict[str, Any]:
    """Return the options of a passkey for the browser."""
    answer = browser.post(f"/core/access/{path}/begin")
    assert answer.status_code == 200, answer.text
    options: dict[str, Any] = answer.json()["publicKey"]
    return options


def add_passkey(browser: Browser, authenticator: Authenticator, name: str = "Laptop") -> Any:
    """Add a passkey for whoever is signed in, and return the response."""
    credential = authenticator.create(begin(browser, "factors/passkeys"))
    return browser.post("/core/access/factors/passkeys", {"name": name, "credential": credential})


def use_passkey(browser: Browser, authenticator: Authenticator, path: str = "sign_in/passkey") -> Any:
    """Sign in, give the second step or confirm with a passkey, and return the response."""
    return browser.post(f"/core/access/{path}", {"credential": authenticator.get(begin(browser, path))})
