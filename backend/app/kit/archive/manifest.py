"""Manifest of an archive."""

import json
from hashlib import sha256
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from backend.app.kit import strict_json
from backend.app.kit.archive.tables import NAME, BadArchive, Kind, Shape
from backend.app.kit.errors import BadInput
from backend.app.kit.fields import faults_of

FORMAT = 1
"""Format that this version writes, and the newest that it reads."""

MANIFEST = "manifest.json"
MAX_MANIFEST = 1_000_000

Name = Annotated[str, Field(pattern=f"^{NAME.pattern}$")]
Count = Annotated[int, Field(ge=0)]


class Facts(BaseModel):
    """Number of lines of a table, their bytes including line ends, and the SHA-256 of these bytes."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    count: Count
    bytes: Count
    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class Entry(Facts):
    """A table in an archive."""

    kind: Kind
    key: list[Name]
    columns: list[Name]

    @property
    def shape(self) -> Shape:
        return Shape(self.kind, tuple(self.key), tuple(self.columns))

    @property
    def facts(self) -> Facts:
        return Facts(count=self.count, bytes=self.bytes, sha256=self.sha256)

    @classmethod
    def of(cls, shape: Shape, facts: Facts) -> "Entry":
        return cls(**facts.model_dump(), kind=shape.kind, key=list(shape.key), columns=list(shape.columns))


class Manifest(BaseModel):
    """Contents of an archive, and the version and time that it was made.

    `revision`: revision of the schema. `store`: state of the store: its id, its time of adoption, the end of its
    audit chain.
    """

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    format: int
    version: str
    revision: Annotated[str, Field(pattern="^[0-9a-z_]{1,32}$")]
    made_at: str
    store: dict[str, str]
    tables: dict[Name, Entry]

    def text(self) -> str:
        return json.dumps(self.model_dump(), indent=1, ensure_ascii=False) + "\n"


class Tally:
    """Count and digest of lines as they pass."""

    def __init__(self) -> None:
        self.count = self.bytes = 0
        self._digest = sha256()

    def add(self, lines: list[bytes]) -> bytes:
        """Add lines and return them as bytes."""
        data = b"".join([line + b"\n" for line in lines])
        self._digest.update(data)
        self.count += len(lines)
        self.bytes += len(data)
        return data

    @property
    def facts(self) -> Facts:
        return Facts(count=self.count, bytes=self.bytes, sha256=self._digest.hexdigest())


def parse(raw: bytes, where: str) -> Manifest:
    """Parse a manifest. Raises BadArchive."""
    try:
        found = strict_json.parse(raw)
    except BadInput as error:
        raise BadArchive(f"{where}: {MANIFEST} cannot be read: {error.detail.replace('the body', 'it')}") from None
    _check_format(found, where)
    try:
        return Manifest.model_validate(found)
    except ValidationError as error:
        raise BadArchive(f"{where}: {MANIFEST} is wrong: {faults_of(error)[0].message}") from None


def _check_format(found: Any, where: str) -> None:
    made = found.get("format") if isinstance(found, dict) else None
    if type(made) is not int or made < 1:
        raise BadArchive(f"{where}: {MANIFEST} has no valid format number: this is not a Valhalla archive")
    if made > FORMAT:
        raise BadArchive(f"{where} was made by a newer Valhalla (format {made}; this one reads {FORMAT}): upgrade")


def difference(stated: Facts, found: Facts) -> str | None:
    """Return how the lines differ from the stated facts; None if they match."""
    if stated.count != found.count:
        return f"it has {found.count:,} lines, but {stated.count:,} were stated"
    if stated.bytes != found.bytes:
        return f"it has {found.bytes:,} bytes, but {stated.bytes:,} were stated"
    return None if stated == found else "its SHA-256 differs from the stated one: it was changed or damaged"
