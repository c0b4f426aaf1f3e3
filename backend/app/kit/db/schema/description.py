"""Description of a schema: tables, indexes and triggers in a comparable form."""

import json
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from backend.app.kit.db.migrate import MIGRATIONS
from backend.app.kit.db.sql import DialectName

REVISIONS = ("0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008", "0009")
"""All revisions, oldest first. A test compares them with the migrations."""

VERSION_TABLE = "alembic_version"
"""Table in which Alembic stores the revision of the database."""


@dataclass(frozen=True, slots=True)
class TableDescription:
    """A table. `columns` maps names to type, nullability and default; `constraints` are keys and checks."""

    name: str
    columns: dict[str, str]
    constraints: list[str]
    create: str

    def foreign_tables(self) -> set[str]:
        """Return the tables that its foreign keys refer to."""
        references = (each.partition(" REFERENCES ")[2] for each in self.constraints)
        return {found.partition("(")[0].strip('" ') for found in references if found}


@dataclass(frozen=True, slots=True)
class IndexDescription:
    """An index that is not part of a constraint. `keys` are columns or expressions, `where` is the condition."""

    name: str
    table: str
    unique: bool
    keys: list[str]
    where: str | None
    create: str


@dataclass(frozen=True, slots=True)
class Trigger:
    """A trigger. `definition` is its whole behavior, `create` the statements that make it."""

    name: str
    table: str
    definition: str
    create: list[str]


@dataclass(frozen=True, slots=True)
class Schema:
    """All tables, indexes and triggers of a database, by name."""

    tables: dict[str, TableDescription]
    indexes: dict[str, IndexDescription]
    triggers: dict[str, Trigger]

    def as_json(self) -> str:
        return json.dumps(asdict(self), indent=1, sort_keys=True) + "\n"

    @classmethod
    def of_json(cls, text: str) -> "Schema":
        found: dict[str, dict[str, dict[str, Any]]] = json.loads(text)
        return cls(
            {name: TableDescription(**each) for name, each in found["tables"].items()},
            {name: IndexDescription(**each) for name, each in found["indexes"].items()},
            {name: Trigger(**each) for name, each in found["triggers"].items()},
        )


def path_of(revision: str, dialect: DialectName) -> Path:
    return MIGRATIONS / "schemas" / f"{revision}.{dialect}.json"


@cache
def expected(revision: str, dialect: DialectName) -> Schema:
    """Return the schema that the migrations up to this revision make. Do not change it: it is read once."""
    return Schema.of_json(path_of(revision, dialect).read_text(encoding="utf-8"))


@cache
def all_tables() -> frozenset[str]:
    """Return the tables of any revision except Alembic's. They are the same in both databases."""
    names = {name for revision in REVISIONS for name in expected(revision, "sqlite").tables}
    return frozenset(names - {VERSION_TABLE})
