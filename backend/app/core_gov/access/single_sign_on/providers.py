"""Providers of single sign-on in `providers.toml`, one table each. Each mistake is reported in one sentence.

The file holds no secrets, only the paths of secret files. Those must be outside the data directory, which is copied
and archived, and must not be readable by others.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

import structlog
from pydantic import Field, ValidationError, field_validator, model_validator

from backend.app.core_gov.access.people.schemas import sign_in_name
from backend.app.core_gov.access.schemas import Role
from backend.app.kit.data_files.toml_file import read_toml
from backend.app.kit.errors import BadInput, NotFound
from backend.app.kit.fields import Fields, NonBlank, faults_of
from backend.app.kit.http_client.secret_file import read_secret, secret_path
from backend.app.kit.network_names import check_address
from backend.app.settings import Settings

log = structlog.get_logger("sign_on")

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}", re.ASCII)
_DOMAIN = re.compile(r"(?=.{1,253}$)([\w-]{1,63}\.)+[\w-]{2,63}")
_SCOPE = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]{1,200}")

Line = Annotated[NonBlank, Field(max_length=500)]


class ProviderTable(Fields):
    """A provider as written in the file."""

    issuer: str
    client_id: Line
    label: Annotated[NonBlank, Field(max_length=60)] | None = None
    client_secret_file: NonBlank | None = None
    client_auth: Literal["basic", "post"] | None = None
    ca_file: NonBlank | None = None
    scopes: list[str] = Field(default_factory=lambda: ["openid", "email", "profile"])
    required_claims: dict[str, str | list[str]] = Field(default_factory=dict)
    allowed_domains: list[str] = Field(default_factory=list)
    email_claim: Line = "email"
    verified_claim: Line = "email_verified"
    trusts_email: bool = False
    default_role: Role | None = None
    role_claim: Line | None = None
    roles: dict[str, Role] = Field(default_factory=dict)
    trusts_factors: bool | list[str] = False
    single_sign_out: bool = True

    @field_validator("issuer")
    @classmethod
    def _issuer(cls, url: str) -> str:
        check_address(url)
        if "?" in url or "#" in url:
            raise ValueError("must not have a query or fragment")
        if "{" in url or url.rstrip("/").endswith(("/common/v2.0", "/organizations/v2.0", "/consumers/v2.0")):
            raise ValueError(
                "must be that of one directory; put its id in place of {tenantid}, common or organizations"
            )
        return url

    @field_validator("label", "client_id")
    @classmethod
    def _printable(cls, text: str | None) -> str | None:
        if text is not None and not text.isprintable():
            raise ValueError("must be one line of printable text")
        return text

    @field_validator("scopes")
    @classmethod
    def _scopes(cls, scopes: list[str]) -> list[str]:
        if "openid" not in scopes:
            raise ValueError("must contain openid")
        if not all(_SCOPE.fullmatch(each) for each in scopes):
            raise ValueError("must be words without spaces, each in quotes")
        return scopes

    @field_validator("allowed_domains")
    @classmethod
    def _domains(cls, domains: list[str]) -> list[str]:
        found = [sign_in_name(each) for each in domains]
        if not all(_DOMAIN.fullmatch(each) for each in found):
            raise ValueError("must be names of domains such as example.com, without @ or *")
        return found

    @model_validator(mode="after")
    def _belong_together(self) -> "ProviderTable":
        if (self.role_claim is None) != (not self.roles):
            raise ValueError("needs role_claim and roles together: the claim, and the role for each of its values")
        if self.allowed_domains and self.default_role is None and self.role_claim is None:
            raise ValueError(
                "needs default_role (or role_claim and roles) with allowed_domains: the role of new people"
            )
        if self.default_role is not None and not self.allowed_domains and self.role_claim is None:
            raise ValueError("has default_role, which has no effect without allowed_domains or role_claim")
        return self


@dataclass(frozen=True, slots=True)
class Provider:
    """A provider with the absolute paths of its files."""

    name: str
    table: ProviderTable
    client_secret_file: Path | None
    ca_file: Path | None

    @property
    def label(self) -> str:
        """Name on buttons and in messages."""
        return self.table.label or self.name.capitalize()

    def client_secret(self) -> str | None:
        """Read the secret of the client; None for a public client. Raises BadInput."""
        path = self.client_secret_file
        return None if path is None else read_secret(path, f"the client_secret_file of {self.name}")


def providers_file(settings: Settings) -> Path:
    return (settings.providers_file or settings.data_dir / "providers.toml").absolute()


def read_providers(settings: Settings) -> dict[str, Provider]:
    """Return all providers by name, in the order of the file; none if there is no file. Raises BadInput."""
    path = providers_file(settings)
    tables = _tables(path)
    return {name: _provider(path, settings.data_dir_absolute, name, tables) for name in tables}


def usable_providers(settings: Settings) -> tuple[list[Provider], list[str]]:
    """Return the valid providers in the order of the file, and what is wrong with the others."""
    path = providers_file(settings)
    found: list[Provider] = []
    faults: list[str] = []
    try:
        tables = _tables(path)
    except BadInput as error:
        return [], [error.detail]
    for name in tables:
        try:
            found.append(_provider(path, settings.data_dir_absolute, name, tables))
        except BadInput as error:
            faults.append(error.detail)
    return found, faults


def report_at_start(settings: Settings) -> None:
    """Log which providers cannot be used, and loudly if nobody can sign in."""
    found, faults = usable_providers(settings)
    for fault in faults:
        log.error("provider not usable", reason=fault)
    if not settings.passwords and not found:
        log.error(
            "nobody can sign in",
            reason="VALHALLA_PASSWORDS is off, and there is no provider",
            remedy=f"define one in {providers_file(settings)}, or unset VALHALLA_PASSWORDS",
        )


def find_provider(settings: Settings, name: str) -> Provider:
    """Return one provider, even if others in the file are invalid. Raises BadInput or NotFound."""
    path = providers_file(settings)
    tables = _tables(path)
    if name not in tables:
        raise NotFound(f"provider {name[:40]}")
    return _provider(path, settings.data_dir_absolute, name, tables)


def _tables(path: Path) -> dict[str, Any]:
    try:
        return read_toml(path, "list of providers")
    except FileNotFoundError:
        return {}


def _provider(path: Path, data_dir: Path, name: str, tables: dict[str, Any]) -> Provider:
    found = tables[name]
    if not isinstance(found, dict):
        outside = ascii(name)[1:-1]
        raise BadInput(f"{path}: {outside} is outside a provider; start each provider with its name, like [google]")
    if not _NAME.fullmatch(name):
        raise BadInput(
            f"{path}: {name!a} is not a valid name of a provider; use at most 40 lowercase letters, digits and hyphens"
        )
    try:
        table = ProviderTable.model_validate(found)
    except ValidationError as error:
        raise BadInput(f"{path}: {_sentence(error, name)}") from None
    if (other := _earlier_twin(tables, name)) is not None:
        raise BadInput(f"{path}: {name} has the issuer and client_id of {other}; remove one of the two tables")
    beside = path.parent
    secret = secret_path(table.client_secret_file, beside, data_dir, f"{path}: {name}.client_secret_file")
    return Provider(name, table, secret, _beside(table.ca_file, beside, f"{path}: {name}.ca_file"))


def _earlier_twin(tables: dict[str, Any], name: str) -> str | None:
    """Return the earlier table with the same client of the same issuer, which would share the accounts of people."""
    for other, found in tables.items():
        if other == name:
            return None
        if isinstance(found, dict) and all(found.get(key) == tables[name][key] for key in ("issuer", "client_id")):
            return other
    return None


def _sentence(error: ValidationError, name: str) -> str:
    """Return the first fault, with the provider's name in place of the body."""
    fault = faults_of(error, f"{name}.")[0].message
    return fault.replace("the body", name, 1).replace("a JSON object", "a table")


def _beside(text: str | None, folder: Path, where: str) -> Path | None:
    if text is None:
        return None
    try:
        return folder / Path(text).expanduser()
    except RuntimeError:
        raise BadInput(f"{where} refers to the home directory of an unknown user; write the full path") from None
