"""Schemas of second factors."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from backend.app.core_gov.access.sessions.schemas import SignedIn
from backend.app.kit.fields import Fields, IsoTime, Title

_LONGEST_INPUT = 1000
"""Most characters of a password that are read."""

_PASSKEY: dict[str, Any] = {
    "id": "pk_0195d3a1c2f4a1b2c3d4e5f60718293a",
    "name": "Laptop",
    "rp_id": "office.example.com",
    "created_at": "2026-01-31T09:30:00.000000Z",
    "used_at": None,
}


_FACTORS: dict[str, Any] = {
    "totp_since": "2026-01-31T09:30:00.000000Z",
    "passkeys": [_PASSKEY],
    "recovery_codes_left": 9,
    "required": True,
}
_CODES: list[JsonValue] = [f"7K3M-9QXR-2HTP-C4VN-8WZB-D5E{last}" for last in "0123456789"]
_CREDENTIAL: dict[str, Any] = {
    "id": "q83vASNFZ4k",
    "rawId": "q83vASNFZ4k",
    "type": "public-key",
    "response": {"clientDataJSON": "eyJ0eXBlIjoi…", "attestationObject": "o2NmbXRkbm9uZQ…"},
}


class PasskeyRecord(BaseModel):
    """A passkey."""

    model_config = ConfigDict(json_schema_extra={"examples": [_PASSKEY]})

    id: str = Field(description="`pk_…`")
    name: str = Field(description="Name that its owner has given it")
    rp_id: str = Field(description="Host name that it works on")
    created_at: IsoTime = Field(description="When it was added (UTC)")
    used_at: IsoTime | None = Field(description="When it was last used (UTC)")


class FactorList(BaseModel):
    """Second factors of a person."""

    model_config = ConfigDict(json_schema_extra={"examples": [_FACTORS]})

    totp_since: IsoTime | None = Field(description="Since when an authenticator app counts (UTC); null if none does")
    passkeys: list[PasskeyRecord] = Field(description="Passkeys, oldest first")
    recovery_codes_left: int = Field(description="Number of unused recovery codes")
    required: bool = Field(description="Whether the role requires a second factor")


class TotpSetup(BaseModel):
    """A new secret for an authenticator app. It is shown once, and counts when a code confirms it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "secret": "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
                    "uri": "otpauth://totp/Valhalla:dana%40example.com?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
                    "qr": "data:image/svg+xml;charset=utf-8,%3Csvg…",
                }
            ]
        }
    )

    secret: str = Field(description="Secret in base32, to be typed into the app")
    uri: str = Field(description="The secret as an `otpauth:` address")
    qr: str = Field(description="The address as a QR code: an SVG image in a `data:` address")


class FactorsChanged(BaseModel):
    """Factors after one was added."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"factors": _FACTORS, "recovery_codes": _CODES, "signed_in": None}]}
    )

    factors: FactorList = Field(description="All second factors of the person")
    recovery_codes: list[str] | None = Field(
        description="New recovery codes, shown once; null if there were some already"
    )
    signed_in: SignedIn | None = Field(description="The new session, if the factor completes a sign-in; else null")


class RecoveryCodes(BaseModel):
    """New recovery codes. They are shown once, and replace the earlier ones."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"recovery_codes": _CODES}]})

    recovery_codes: list[str] = Field(description="Ten codes, each of which works once")


class FactorCode(Fields):
    """Code of an authenticator app, or a recovery code."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"code": "492039"}]})

    code: str = Field(
        min_length=1,
        max_length=50,
        repr=False,
        description="Six digits of the authenticator app, or a recovery code; spaces, dashes and case do not matter",
    )


class FactorRemoval(Fields):
    """Password, if the factor is the last one."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"password": "eleven green umbrellas"}]})

    password: str | None = Field(
        default=None,
        min_length=1,
        max_length=_LONGEST_INPUT,
        repr=False,
        description="Password of the person. It is needed if the last factor is removed, because it must then be long "
        "enough to be the only one",
    )


Credential = Annotated[
    dict[str, JsonValue],
    Field(
        max_length=20,
        repr=False,
        description="Answer of the browser: its `PublicKeyCredential` as JSON, with binary values in URL-safe base64",
    ),
]


class PasskeyOptions(BaseModel):
    """Options for the browser, with a challenge that is valid once, for five minutes."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"publicKey": {"challenge": "D9cYdRjX89jRKIQo0-VeCjeNPuSnqeC_A6VIwhx-lRQ", "rpId": "localhost"}}
            ]
        }
    )

    public_key: dict[str, Any] = Field(
        serialization_alias="publicKey",
        description="Argument of `navigator.credentials`, with binary values in URL-safe base64",
    )


class PasskeyCreate(Fields):
    """A new passkey."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"credential": _CREDENTIAL, "name": "Laptop"}]})

    credential: Credential
    name: Title = Field(default="Passkey", max_length=100, description="Name of the passkey")


class PasskeyAssertion(Fields):
    """A signature of a passkey."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"credential": _CREDENTIAL}]})

    credential: Credential


class PasskeyPatch(Fields):
    """Change of a passkey."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "Laptop"}]})

    name: Title = Field(max_length=100, description="Name of the passkey")
