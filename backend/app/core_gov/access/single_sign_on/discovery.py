"""Discovery document of a provider: OpenID Connect Discovery 1.0, section 3."""

from dataclasses import dataclass

from backend.app.core_gov.access.single_sign_on.errors import ProviderFailed
from backend.app.kit.network_names import check_address, is_local_address
from backend.app.kit.strict_json import Json
from backend.app.kit.text import shorten

KEPT_S = 600.0
"""Age up to which a discovery document is used without asking again."""


@dataclass(frozen=True, slots=True)
class Metadata:
    """Metadata of a provider. `names_issuer`: whether its callbacks have the parameter `iss` (RFC 9207)."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None
    end_session_endpoint: str | None
    client_auth: tuple[str, ...]
    names_issuer: bool


def discovery_url(issuer: str) -> str:
    return issuer.rstrip("/") + "/.well-known/openid-configuration"


def metadata_of(document: dict[str, Json], issuer: str, label: str) -> Metadata:
    """Return what a discovery document says. Raises ProviderFailed if it is that of another issuer, or not complete."""
    found = document.get("issuer")
    if found != issuer:
        named = shorten(found, 100) if isinstance(found, str) else "none"
        raise ProviderFailed(f"the discovery document of {label} names the issuer {named}, not {shorten(issuer, 100)}")
    local = is_local_address(issuer)

    def address(name: str) -> str | None:
        url = document.get(name)
        if url is None:
            return None
        try:
            if not isinstance(url, str):
                raise ValueError("is not a URL")
            check_address(url)
            if url.startswith("http:") and not local:
                raise ValueError("must start with https://")
        except ValueError as error:
            raise ProviderFailed(f"the {name} of {label} {error}") from None
        return url

    def required(name: str) -> str:
        url = address(name)
        if url is None:
            raise ProviderFailed(f"the discovery document of {label} has no {name}")
        return url

    methods = document.get("token_endpoint_auth_methods_supported")
    return Metadata(
        issuer,
        required("authorization_endpoint"),
        required("token_endpoint"),
        required("jwks_uri"),
        address("userinfo_endpoint"),
        address("end_session_endpoint"),
        tuple(each for each in methods if isinstance(each, str)) if isinstance(methods, list) else (),
        document.get("authorization_response_iss_parameter_supported") is True,
    )
