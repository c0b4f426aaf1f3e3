"""Record tables: one JSON document per row, validated on input, stored as text, returned as stored.

A package's store makes one `RecordTable` per kind of record, with the operations that are the same for all. The store
implements all others itself.
"""

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError
from sqlalchemy import (
    BigInteger,
    Column,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    bindparam,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.sql.elements import ColumnElement

from backend.app.kit import clock
from backend.app.kit.db.sql import JsonDoc, Query, doc_text, field, field_index, metadata, one_of
from backend.app.kit.db.tx import Tx
from backend.app.kit.errors import BadInput, Conflict, DuplicateKey, NotFound, PreconditionFailed, RetryUnit
from backend.app.kit.fields import Record, fault_of_document, faults_of, load, same_json
from backend.app.kit.lists.columns import Group, ListColumn
from backend.app.kit.lists.keys import ListKeys
from backend.app.kit.lists.listing import Count, RecordList
from backend.app.kit.lists.statements import Condition, unindexed
from backend.app.kit.lists.tags import TagTable, record_tags
from backend.app.kit.query import RecordQuery
from backend.app.kit.requests.entity_tags import etag_of, matches
from backend.app.kit.search import index as text_index
from backend.app.kit.search.words import SearchedFields

R = TypeVar("R", bound=Record)
R_co = TypeVar("R_co", bound=BaseModel, covariant=True)

Seq = BigInteger().with_variant(Integer(), "sqlite")


@dataclass(frozen=True)
class Stored(Generic[R_co]):
    """A stored record. `warnings` appear only in the response. A record that was read has its table and key."""

    doc: str
    warnings: tuple[str, ...] = ()
    table: "RecordTable[Any] | None" = dataclasses.field(default=None, compare=False, repr=False)
    key: str = dataclasses.field(default="", compare=False)

    @cached_property
    def fields(self) -> dict[str, Any]:
        """The document as a dict, parsed once. Copy it before changing it.

        Raises Conflict if the document is not valid, which means that it was edited by hand.
        """
        if self.table is not None and (fault := fault_of_document(self.table.model, self.document)):
            raise self.invalid(fault)
        return self.document

    @cached_property
    def document(self) -> dict[str, Any]:
        """The document without validation. Raises Conflict if it is not a JSON object."""
        try:
            found = load(self.doc)
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, dict):
            raise self.invalid("it is not a JSON object")
        return found

    def invalid(self, fault: str) -> Conflict:
        what = "a record" if self.table is None else f"the {self.table.noun} {self.key}".rstrip()
        return Conflict(f"{what} on file is not valid ({fault[:300]}); run `valhalla doctor` for details")

    @property
    def etag(self) -> str:
        return etag_of(self.doc)

    def warn(self, *warnings: str) -> "Stored[R_co]":
        return replace(self, warnings=(*self.warnings, *warnings)) if warnings else self


@dataclass(frozen=True, slots=True)
class Page(Generic[R_co]):
    """A page of a list. `next_cursor` is None on the last page, `count` unless it was asked for."""

    docs: list[str]
    next_cursor: str | None
    count: Count | None = None


@dataclass(frozen=True, slots=True)
class Change(Generic[R_co]):
    """A record before and after a change. `before` is empty for a new record."""

    before: dict[str, Any]
    after: Stored[R_co]
    fields: dict[str, tuple[Any, Any]]
    """Changed fields of an existing record, each with its value before and after."""


def differing(before: dict[str, Any], record: Record) -> dict[str, tuple[Any, Any]]:
    """Return the changed fields of a record, each with its value before and after."""
    after = record.model_dump().items()  # dump nested models to dicts, as in `before`
    pairs = ((name, (before.get(name), value)) for name, value in after if name != "updated_at")
    return {name: pair for name, pair in pairs if not same_json(*pair)}


class RecordTable(Generic[R]):
    """Table of one kind of record, with the operations that all kinds share.

    `entity`: name in audit events. `noun`: name in messages, by default the entity. `key`: field that identifies a
    record. `filters`: fields that lists can be filtered by, each with an index. `rules`: message for each further
    unique index. `columns`: typed columns that lists are sorted and filtered by, in the table `keys`. `group`: the
    field that their indexes start with. `searched`: fields in the text index. `completed`: whether adoption adds a
    missing id and missing times to a record of a JSON file.
    """

    def __init__(
        self,
        name: str,
        model: type[R],
        *,
        entity: str,
        noun: str = "",
        file: str,
        key: str = "id",
        prefix: str = "",
        filters: tuple[str, ...] = (),
        tags: bool = False,
        columns: tuple[ListColumn, ...] = (),
        group: Group | None = None,
        keys: str = "",
        searched: SearchedFields | None = None,
        completed: bool = True,
    ) -> None:
        self.name, self.model, self.file, self.key, self.prefix = name, model, file, key, prefix
        self.entity, self.noun = entity, noun or entity
        self.filters = filters
        self.searched = searched
        self.completed = completed
        self.rules: dict[str, str] = {}
        self.conditions: dict[str, Condition] = {}
        self.table = Table(
            name,
            metadata,
            Column("seq", Seq, Identity(), primary_key=True),
            Column("id", Text, nullable=False, unique=True),
            Column("doc", JsonDoc, nullable=False),
        )
        for name_ in filters:
            field_index(self.table, name_)
        self.tags = TagTable(self.table) if tags else None
        self.keys = ListKeys(keys or f"{name}_keys", self.table, columns, group) if columns else None
        indexed = frozenset(filters if self.tags is None else (*filters, "tag"))
        self.listing = RecordList(self.table, self.keys, self._condition, indexed, self.tags)
        self._prepare()

    @property
    def derived_tables(self) -> list[str]:
        """Names of the tables that are computed from the documents."""
        return [table.name for table in (self.tags, self.keys) if table is not None]

    def unique_rule(self, index: str, message: str, *columns: ColumnElement[Any], where: ColumnElement[bool]) -> None:
        """Add a unique index, and the message for a record that it refuses."""
        Index(index, *columns, unique=True, sqlite_where=where, postgresql_where=where, _table=self.table)
        self.rules[index] = message

    def _prepare(self) -> None:
        t = self.table
        doc = doc_text(t.c.doc).label("doc")
        by_id = t.c.id == bindparam("id")
        self._insert = Query(insert(t).values(id=bindparam("id"), doc=bindparam("doc")))
        self._insert_at = Query(insert(t).values(seq=bindparam("seq"), id=bindparam("id"), doc=bindparam("doc")))
        self._numbers = Query(select(t.c.id, t.c.seq))
        self._seq = Query(select(t.c.seq).where(by_id))
        self._get = Query(select(doc).where(by_id))
        self._some = Query(select(t.c.id, doc).where(one_of(t.c.id, "ids")))
        self._lock = Query(select(doc).where(by_id).with_for_update())
        self._exists = Query(select(t.c.seq).where(by_id))
        self._replace = Query(update(t).values(doc=bindparam("doc")).where(by_id))
        self._count = Query(select(func.count()).select_from(t))
        self.every = Query(select(doc).select_from(t).order_by(t.c.seq))

    # Operations

    def insert(self, tx: Tx, record: R, seq: int | None = None) -> Stored[R]:
        """Store a new record, as the newest or with a free number. Raises Conflict if a unique index forbids it."""
        doc = record.doc()
        key = getattr(record, self.key)
        if seq is None:
            self._run(tx, self._insert, id=key, doc=doc)
        else:
            self._run(tx, self._insert_at, seq=seq, id=key, doc=doc)
        if self.tags is not None:
            self.tags.put(tx, key, getattr(record, "tags", []))
        if self.keys is not None:
            self.keys.insert(tx, key, vars(record))
        if self.searched is not None:
            text_index.write_later(tx, self.name, key, self.searched.entry(vars(record)), is_new=True)
        tx.written.append((self.name, doc))
        return Stored(doc)

    def numbers(self, tx: Tx) -> dict[str, int]:
        """Return the row number of each record, in order of creation."""
        return {row[0]: row[1] for row in tx.all(self._numbers)}

    def find(self, tx: Tx, key: str) -> Stored[R] | None:
        row = tx.one(self._get, id=key)
        return self._read(key, row[0]) if row else None

    def find_all(self, tx: Tx, keys: list[str]) -> dict[str, Stored[R]]:
        """Return the existing records among these keys, by key."""
        return {row[0]: self._read(*row) for row in tx.all(self._some, ids=json.dumps(keys))} if keys else {}

    def get(self, tx: Tx, key: str) -> Stored[R]:
        """Return the record. Raises NotFound."""
        row = tx.one(self._get, id=key)
        if row is None:
            raise NotFound(self.noun)
        return self._read(key, row[0])

    def lock(self, tx: Tx, key: str) -> Stored[R]:
        """Return the record, locked against other writers until the unit ends.

        Raises NotFound, and PreconditionFailed if the caller's If-Match names another version. This is checked
        before any rule, because the caller decided on the basis of that version.
        """
        row = tx.one(self._lock, id=key)
        if row is None:
            raise NotFound(self.noun)
        stored = self._read(key, row[0])
        self._check_version(tx, stored)
        return stored

    def require(self, tx: Tx, key: str) -> None:
        """Raise NotFound if there is no such record."""
        if tx.one(self._exists, id=key) is None:
            raise NotFound(self.noun)

    def change(self, tx: Tx, stored: Stored[R], changes: dict[str, Any]) -> Change[R]:
        """Replace fields of a locked record, and validate the merged record.

        Raises PreconditionFailed if the caller's If-Match names another version, BadInput, and Conflict. A
        change without effect writes nothing.
        """
        self._check_version(tx, stored)
        before = stored.document
        if all(name in before and same_json(before[name], value) for name, value in changes.items()):
            return Change(before, stored, {})
        try:
            record = self.validated({**before, **changes, "updated_at": changed_at(tx, before)}, changed=True)
        except BadInput:
            _ = stored.fields  # if the stored record is already invalid, report that instead
            raise
        retag = self.tags is not None and record_tags(before) != record_tags(changes, before)
        return Change(before, self.replace(tx, record, retag=retag), differing(before, record))

    def hold(self, tx: Tx, key: str) -> Stored[R] | None:
        """Return the record, locked as by `lock`; None if there is none."""
        row = tx.one(self._lock, id=key)
        if row is not None:
            stored = self._read(key, row[0])
            self._check_version(tx, stored)
            return stored
        if tx.ctx.if_match is not None:
            raise PreconditionFailed(f"there is no {self.noun} yet, so If-Match cannot match")
        return None

    def put(self, tx: Tx, key: str, values: dict[str, Any]) -> Change[R]:
        """Store the only record of its key: create it, or replace these values in the stored one.

        Raises what `change` raises.
        """
        return self.put_held(tx, self.hold(tx, key), key, values)

    def put_held(self, tx: Tx, held: Stored[R] | None, key: str, values: dict[str, Any]) -> Change[R]:
        """Store the record like `put`, given the result of `hold`."""
        if held is not None:
            return self.change(tx, held, values)
        record = self.validated({self.key: key, **values, "created_at": tx.now, "updated_at": tx.now})
        try:
            return Change({}, self.insert(tx, record), {})
        except Conflict:
            raise RetryUnit from None  # another process has just committed the first record

    def replace(self, tx: Tx, record: R, *, retag: bool = True) -> Stored[R]:
        """Replace the record with the same key."""
        doc = record.doc()
        key = getattr(record, self.key)
        self._run(tx, self._replace, id=key, doc=doc)
        if retag and self.tags is not None:
            self.tags.put(tx, key, getattr(record, "tags", []), clear=True)
        if self.keys is not None:
            self.keys.replace(tx, key, vars(record))
        if self.searched is not None:
            text_index.write_later(tx, self.name, key, self.searched.entry(vars(record)), is_new=False)
        tx.written.append((self.name, doc))
        return Stored(doc)

    def validated(self, fields: dict[str, Any], *, changed: bool = False) -> R:
        """Return a record of these fields. Those of a changed record may be from earlier versions. Raises BadInput."""
        try:
            return self.model.on_file(fields) if changed else self.model.model_validate(fields)
        except ValidationError as error:
            raise BadInput.of(faults_of(error)) from None

    def page(
        self,
        tx: Tx,
        filters: Mapping[str, Any],
        limit: int,
        cursor: str | None,
        *,
        sort: str | None = None,
        count: bool = False,
    ) -> Page[R]:
        """Return a page of the records that match all filters, as described in `RecordList.page`."""
        found = self.listing.page(tx, filters, limit, cursor, sort=sort, count=count)
        if not self.filters:  # no index has validated the JSON, and an invalid document would break the whole response
            for doc in found.docs:
                _ = self._read("", doc).document
        return Page(found.docs, found.next_position, found.count)

    def listed(self, tx: Tx, query: RecordQuery, filters: Mapping[str, Any] | None = None) -> Page[R]:
        """Return the page that a query asks for, with other filters than the query's own if they are given."""
        wanted = query.filters if filters is None else filters
        if query.counts_all:
            return Page([], None, Count(self.count_all(tx, wanted), exceeded=False))
        return self.page(tx, wanted, query.limit, query.cursor, sort=query.sort, count=query.count is True)

    def count_all(self, tx: Tx, filters: Mapping[str, Any]) -> int:
        """Return the number of all records that match."""
        return self.listing.count_all(tx, filters)

    def _condition(self, name: str, several: bool, indexed: bool) -> Condition:
        if name == "tag" and self.tags is not None:
            return self.tags.condition(indexed=indexed)
        if name in self.conditions:
            return self.conditions[name]
        value = field(name) if indexed else unindexed(field(name))
        return one_of(value, name) if several else value == bindparam(name)

    def count(self, tx: Tx) -> int:
        row = tx.one(self._count)
        return int(row[0]) if row else 0

    # Internals

    def read(self, doc: str) -> Stored[R]:
        """Return a document from a query of the package's store as a stored record."""
        found = self._read("", doc)
        key = found.document.get(self.key)
        return replace(found, key=key) if isinstance(key, str) else found

    def _read(self, key: str, doc: str) -> Stored[R]:
        return Stored(doc, table=self, key=key)

    def _check_version(self, tx: Tx, stored: Stored[R]) -> None:
        if tx.ctx.if_match is not None and not matches(tx.ctx.if_match, stored.etag):
            raise PreconditionFailed(
                f"the {self.noun} has changed since you read it; read it again before you change it"
            )

    def _run(self, tx: Tx, query: Query, **params: Any) -> None:
        try:
            tx.run(query, **params)
        except DuplicateKey as error:
            message = self.rules.get(error.index, f"a {self.noun} with this {self.key} is on file already")
            raise Conflict(message) from None


def changed_at(tx: Tx, before: dict[str, Any]) -> str:
    """Return the time of a change: later than its creation and last change, even if the clock went back."""
    known = (before.get("created_at"), before.get("updated_at"))
    return clock.after(tx.now, *(moment for moment in known if isinstance(moment, str)))
