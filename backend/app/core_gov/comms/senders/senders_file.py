"""Senders in `senders.toml`, one table each. Each mistake is reported in one sentence.

The file holds no secrets, only the paths of secret files. Those must be outside the data directory, which is copied
and archived, and must not be readable by others.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError, field_validator, model_validator

from backend.app.kit.contact_details import parse_phone
from backend.app.kit.data_files.toml_file import read_toml
from backend.app.kit.errors import BadInput, NotFound
from backend.app.kit.fields import Fields, NonBlank, faults_of
from backend.app.kit.http_client.secret_file import read_secret, secret_path
from backend.app.kit.network_names import check_address
from backend.app.settings import Settings

SenderKind = Literal["twilio", "manual"]
SenderChannel = Literal["sms", "email", "call", "dm", "letter", "other"]

TWILIO = "https://api.twilio.com"

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}", re.ASCII)
_SIDS = {"account": "AC", "messaging_service": "MG", "api_key": "SK"}
_SID = re.compile(r"[A-Z]{2}[0-9a-fA-F]{32}", re.ASCII)
_COST = re.compile(r"\d{1,2}(\.\d{1,6})?", re.ASCII)
_ONLY_TWILIO = ("account", "from", "messaging_service", "api_key", "api_key_secret_file", "opt_out_confirmation", "url")

Line = Annotated[NonBlank, Field(max_length=300)]


class SenderTable(Fields):
    """A sender as written in the file."""

    kind: SenderKind
    channel: SenderChannel = "sms"
    legal_name: Line
    postal_address: Line | None = None
    account: str | None = None
    from_: str | None = Field(default=None, alias="from")
    messaging_service: str | None = None
    api_key: str | None = None
    api_key_secret_file: NonBlank | None = None
    signing_token_file: NonBlank | None = None
    per_second: float = Field(default=1.0, gt=0, le=1_000)
    daily_cap: int | None = Field(default=None, ge=1, le=10_000_000)
    cost_per_segment: str | None = None
    currency: Literal["CAD", "USD"] | None = None
    opt_out_confirmation: Annotated[NonBlank, Field(max_length=320)] | None = None
    shared: bool = False
    url: str = TWILIO

    @field_validator("legal_name", "postal_address", "opt_out_confirmation")
    @classmethod
    def _printable(cls, text: str | None) -> str | None:
        if text is not None and not text.isprintable():
            raise ValueError("must be one line of printable text")
        return text

    @field_validator("account", "messaging_service", "api_key")
    @classmethod
    def _sid(cls, sid: str | None, info: Any) -> str | None:
        kind = _SIDS[info.field_name]
        if sid is not None and not (sid.startswith(kind) and _SID.fullmatch(sid)):
            raise ValueError(f"must be {kind} and 32 hexadecimal digits, as Twilio's console shows it")
        return sid

    @field_validator("from_")
    @classmethod
    def _number(cls, number: str | None) -> str | None:
        if number is None:
            return None
        try:
            phone = parse_phone(number, "CA")
        except ValueError:
            raise ValueError("must be a phone number such as +14165550123") from None
        return phone.e164

    @field_validator("cost_per_segment")
    @classmethod
    def _cost(cls, cost: str | None) -> str | None:
        if cost is not None and not _COST.fullmatch(cost):
            raise ValueError('must be an amount in quotes, such as "0.0083"')
        return cost

    @field_validator("url")
    @classmethod
    def _url(cls, url: str) -> str:
        check_address(url)
        if "?" in url or "#" in url:
            raise ValueError("must not have a query or fragment")
        return url.rstrip("/")

    @model_validator(mode="after")
    def _belong_together(self) -> "SenderTable":
        if self.cost_per_segment is not None and self.currency is None:
            raise ValueError("has cost_per_segment without a currency; add currency = 'CAD' or 'USD'")
        if self.kind == "manual":
            return self._manual()
        if self.channel != "sms":
            raise ValueError(f"has the channel {self.channel}; a twilio sender sends sms")
        for name in ("account", "api_key", "api_key_secret_file"):
            if getattr(self, name) is None:
                raise ValueError(f"needs {name}, because its kind is twilio")
        if self.opt_out_confirmation and self.legal_name not in self.opt_out_confirmation:
            raise ValueError(
                f"has an opt_out_confirmation that does not name the sender; write {self.legal_name} in it"
            )
        if (self.from_ is None) == (self.messaging_service is None):
            raise ValueError("needs either from, a number, or messaging_service, and not both")
        return self

    def _manual(self) -> "SenderTable":
        for name in _ONLY_TWILIO:
            field = "from_" if name == "from" else name
            if field in self.model_fields_set:
                raise ValueError(f"has {name}, which a manual sender does not use: a person sends its messages")
        return self


@dataclass(frozen=True, slots=True)
class Sender:
    """A sender with the absolute paths of its secrets."""

    name: str
    table: SenderTable
    api_key_secret_file: Path | None
    signing_token_file: Path | None

    @property
    def account(self) -> str:
        """Name of the account at the provider, under which its IDs of messages are unique."""
        return self.table.account or "manual"

    @property
    def origin(self) -> str:
        """Number or Messaging Service that messages come from."""
        return self.table.from_ or self.table.messaging_service or self.name

    def api_key_secret(self) -> str:
        """Read the secret of the API key. Raises BadInput."""
        assert self.api_key_secret_file is not None
        return read_secret(self.api_key_secret_file, f"the api_key_secret_file of {self.name}")


def senders_file(settings: Settings) -> Path:
    return (settings.senders_file or settings.data_dir / "senders.toml").absolute()


def usable_senders(settings: Settings) -> tuple[dict[str, Sender], list[str]]:
    """Return the valid senders by name, in the order of the file, and what is wrong with the others."""
    path = senders_file(settings)
    found: dict[str, Sender] = {}
    faults: list[str] = []
    try:
        tables = _tables(path)
    except BadInput as error:
        return {}, [error.detail]
    for name, table in tables.items():
        try:
            _check_alone(path, tables, name)
            found[name] = _sender(path, settings.data_dir_absolute, name, table)
        except BadInput as error:
            faults.append(error.detail)
    return found, faults


def find_sender(settings: Settings, name: str) -> Sender:
    """Return one sender, even if others in the file are invalid. Raises BadInput or NotFound."""
    path = senders_file(settings)
    tables = _tables(path)
    if name not in tables:
        raise NotFound(f"sender {name[:40]}")
    _check_alone(path, tables, name)
    return _sender(path, settings.data_dir_absolute, name, tables[name])


def _check_alone(path: Path, tables: dict[str, Any], name: str) -> None:
    """Raise BadInput if an earlier sender of the file has the same number or service of the same account.

    The provider's list names only these, so messages of the two could not be told apart.
    """
    for key in ("from", "messaging_service"):
        own = _origin(tables[name], key)
        for other, table in tables.items():
            if other == name:
                break
            if own is not None and _origin(table, key) == own:
                raise BadInput(f"{path}: {name}.{key} is that of {other}, too; give each to one sender only")


def _origin(table: object, key: str) -> tuple[str, str] | None:
    """Return account and number or service of a sender, the number by its last ten digits; None without one."""
    if not isinstance(table, dict) or not table.get(key):
        return None
    written = str(table[key])
    return str(table.get("account")), re.sub(r"\D", "", written)[-10:] if key == "from" else written


def _tables(path: Path) -> dict[str, Any]:
    try:
        return read_toml(path, "list of senders")
    except FileNotFoundError:
        return {}


def _sender(path: Path, data_dir: Path, name: str, found: object) -> Sender:
    if not isinstance(found, dict):
        outside = ascii(name)[1:-1]
        raise BadInput(f"{path}: {outside} is outside a sender; start each sender with its name, like [main-line]")
    if not _NAME.fullmatch(name):
        raise BadInput(
            f"{path}: {name!a} is not a valid name of a sender; use at most 40 lowercase letters, digits and hyphens"
        )
    try:
        table = SenderTable.model_validate(found)
    except ValidationError as error:
        fault = faults_of(error, f"{name}.")[0].message.replace("the body", name, 1)
        raise BadInput(f"{path}: {fault.replace('a JSON object', 'a table')}") from None
    paths = {
        key: secret_path(getattr(table, key), path.parent, data_dir, f"{path}: {name}.{key}")
        for key in ("api_key_secret_file", "signing_token_file")
    }
    return Sender(name, table, **paths)
