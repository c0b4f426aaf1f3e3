"""Differences between the expected and the actual schema of a database."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from backend.app.kit.db.schema.description import VERSION_TABLE, IndexDescription, Schema, TableDescription, all_tables

Kind = Literal[
    "table missing",
    "table added",
    "column missing",
    "column changed",
    "column added",
    "constraint missing",
    "index missing",
    "index changed",
    "trigger missing",
    "trigger changed",
    "trigger added",
    "not ours",
]

_UNUSABLE: tuple[Kind, ...] = ("table missing", "table added", "column missing")


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference, described by `sentence`.

    `unique`: a uniqueness constraint is not enforced. A table that is `added` belongs to another revision.
    """

    kind: Kind
    table: str
    name: str
    sentence: str
    unique: bool = False

    @property
    def unusable(self) -> bool:
        """True if migrations or statements of the service would fail."""
        return self.kind in _UNUSABLE or (self.kind == "constraint missing" and self.unique)


def differences(wanted: Schema, found: Schema) -> list[Difference]:
    """Return all differences, worst first. Alembic's table is skipped: its content is checked instead."""
    each = [*_tables(wanted, found), *_indexes(wanted, found), *_triggers(wanted, found)]
    return sorted(each, key=lambda difference: not difference.unusable)


def _tables(wanted: Schema, found: Schema) -> Iterator[Difference]:
    for name in sorted((wanted.tables.keys() | found.tables.keys()) - {VERSION_TABLE}):
        if name not in found.tables:
            yield Difference("table missing", name, name, f"the table {name} is missing")
        elif name not in wanted.tables:
            yield _added(name)
        else:
            yield from _columns(wanted.tables[name], found.tables[name])
            yield from _constraints(wanted.tables[name], found.tables[name])


def _added(name: str) -> Difference:
    if name in all_tables():
        return Difference("table added", name, name, f"the table {name} is not part of this revision")
    return Difference("not ours", name, name, f"the table {name} is not part of Valhalla")


def _columns(wanted: TableDescription, found: TableDescription) -> Iterator[Difference]:
    for name in [*wanted.columns, *(found.columns.keys() - wanted.columns.keys())]:
        should, does = wanted.columns.get(name), found.columns.get(name)
        if does is None:
            sentence = f"the column {name} of {wanted.name} is missing"
            yield Difference("column missing", wanted.name, name, sentence)
        elif should is None:
            sentence = (
                f"the table {wanted.name} has a column {name} ({does or 'without a type'}) that is not part of Valhalla"
            )
            yield Difference("column added", wanted.name, name, sentence)
        elif should != does:
            sentence = f"the column {name} of {wanted.name} is {does}, but should be {should}"
            yield Difference("column changed", wanted.name, name, sentence)


def _constraints(wanted: TableDescription, found: TableDescription) -> Iterator[Difference]:
    for each in wanted.constraints:
        if each not in found.constraints:
            unique = not each.startswith("FOREIGN")
            yield Difference(
                "constraint missing", wanted.name, each, f"{each} of the table {wanted.name} is missing", unique
            )
    for each in found.constraints:
        if each not in wanted.constraints:
            sentence = f"{each} of the table {wanted.name} is not part of Valhalla"
            yield Difference("not ours", wanted.name, each, sentence)


def _indexes(wanted: Schema, found: Schema) -> Iterator[Difference]:
    for name in sorted(wanted.indexes.keys() | found.indexes.keys()):
        should, does = wanted.indexes.get(name), found.indexes.get(name)
        if should is None and does is not None:
            if does.table in wanted.tables:
                yield Difference(
                    "not ours", does.table, name, f"the index {name} on {does.table} is not part of Valhalla"
                )
        elif should is not None and should.table in found.tables:
            yield from _index(should, does)


def _index(should: IndexDescription, does: IndexDescription | None) -> Iterator[Difference]:
    kind = "unique index" if should.unique else "index"
    if does is None:
        sentence = f"the {kind} {should.name} on {should.table} is missing"
        yield Difference("index missing", should.table, should.name, sentence, should.unique)
    elif does.create != should.create:
        sentence = f"the {kind} {should.name} on {should.table} is changed: it is `{does.create}`"
        yield Difference("index changed", should.table, should.name, sentence, should.unique)


def _triggers(wanted: Schema, found: Schema) -> Iterator[Difference]:
    for name in sorted(wanted.triggers.keys() | found.triggers.keys()):
        should, does = wanted.triggers.get(name), found.triggers.get(name)
        if should is None and does is not None:
            if does.table in wanted.tables:
                sentence = f"the trigger {name} on {does.table} is not part of Valhalla"
                yield Difference("trigger added", does.table, name, sentence)
        elif should is not None and should.table in found.tables:
            if does is None:
                sentence = f"the trigger {name} on {should.table} is missing"
                yield Difference("trigger missing", should.table, name, sentence)
            elif does.definition != should.definition:
                sentence = f"the trigger {name} on {should.table} is changed: it is `{does.definition}`"
                yield Difference("trigger changed", should.table, name, sentence)
