"""Bulk fill: more drafts than the services could create in reasonable time.

The service creates one draft. Its row and audit event are the template for all others, which are written directly to
the tables, with events chained as the service chains them. The JSON files are stale afterwards, and the keys of lists
are missing; the next process that opens the store writes them.
"""

import json
import random
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

import psycopg

from backend.app.bootstrap import job, open_store
from backend.app.core_gov.audit.chain import HASHED, HEAD_KEY, Head, link
from backend.app.core_gov.comms import service as comms
from backend.app.core_gov.comms.schemas import DraftCreate
from backend.app.kit.db.paging import encode_cursor
from backend.app.kit.http.cursors import load_key
from bench.fill import Advance, Filled, draft_json
from bench.stores import BenchStore

CHUNK = 10_000
"""Rows per transaction."""

RARE_ONES = 100
"""Number of drafts that have the rare value of a field, at any size of the store."""

COMMON = {"status": "draft", "channel": "sms", "deal_id": "deal_common", "contact_id": "ct_common"}
RARE = {"status": "archived", "channel": "call", "deal_id": "deal_rare", "contact_id": "ct_rare"}
"""A common and a rare value of each field that lists can be filtered by."""

COMMON_EVERY = 50
"""One draft in this many is about the common deal, and one goes to the common contact."""

KEPT_IDS, KEPT_POSITIONS = 20_000, 1_000
EACH_AFTER = timedelta(seconds=20)

Row = tuple[Any, ...]


def fill_in_bulk(store: BenchStore, drafts: int, advance: Advance) -> Filled:
    """Fill an empty store with this many drafts. Keep ids of some of them, and positions at all depths of the list."""
    started = time.perf_counter()
    filled = Filled(records=drafts)
    model, filled.cursor_key = _model(store)
    made = _made(model, drafts)
    keep_every = max(1, drafts // KEPT_IDS)
    with closing(_Postgres(store.url) if store.url else _Sqlite(store)) as tables:
        head, first = tables.begin(model.id)
        while rows := list(islice(made, CHUNK)):
            events, head = _events(model, head, rows)
            tables.add([(key, doc) for key, doc, _ in rows], events, head)
            filled.drafts += [key for key, _, _ in rows][::keep_every]
            advance(len(rows))
    depths = random.sample(range(first, first + drafts), min(drafts, KEPT_POSITIONS))
    filled.positions = [encode_cursor(seq) for seq in depths]
    filled.seconds = time.perf_counter() - started
    return filled


@dataclass(frozen=True, slots=True)
class _Model:
    """The draft that the service created, and its audit event: the template for all others."""

    id: str
    fields: dict[str, Any]
    event: dict[str, Any]


def _model(store: BenchStore) -> tuple[_Model, str]:
    """Create the model draft, and return it with the store's cursor key."""
    with open_store(store.settings) as opened:
        draft = opened.db.write_now(job("bench"), comms.create_draft, a_text_message())
        cursor_key = load_key(opened.db, job("bench"))
    key = str(draft.fields["id"])
    return _Model(key, draft.fields, _event_of(store, key)), cursor_key or ""


def a_text_message() -> DraftCreate:
    """Return the body of a POST."""
    return DraftCreate(**json.loads(draft_json().replace("{nnnn}", "0123")))


def _event_of(store: BenchStore, key: str) -> dict[str, Any]:
    names = ", ".join(HASHED)
    if store.url:
        with psycopg.connect(store.url) as postgres:
            row = postgres.execute(f"SELECT {names} FROM audit_events WHERE entity_id = %s".encode(), [key]).fetchone()
    else:
        with closing(sqlite3.connect(store.data_dir / "valhalla.db")) as sqlite:
            row = sqlite.execute(f"SELECT {names} FROM audit_events WHERE entity_id = ?", [key]).fetchone()
    assert row is not None
    return dict(zip(HASHED, row, strict=True))


def _made(model: _Model, drafts: int) -> Iterator[tuple[str, str, str]]:
    """Yield the id, document and time of each draft, oldest first. The newest has the current time."""
    at = datetime.now(UTC) - drafts * EACH_AFTER
    rare_every = max(len(RARE), drafts // RARE_ONES)
    for number in range(drafts):
        at += EACH_AFTER
        time_ = at.isoformat(timespec="microseconds").replace("+00:00", "Z")
        key = f"dr_{int(at.timestamp() * 1000):012x}{random.getrandbits(80):020x}"
        own = values_of(number, rare_every) | {"id": key, "created_at": time_, "updated_at": time_}
        yield key, json.dumps(model.fields | own, separators=(",", ":"), ensure_ascii=False), time_


def values_of(number: int, rare_every: int) -> dict[str, str]:
    """Return the values of one draft for the fields that lists can be filtered by."""
    common = number % COMMON_EVERY
    values = {
        "status": "ready" if number % 4 == 0 else COMMON["status"],
        "channel": "letter" if number % 5 == 0 else COMMON["channel"],
        "deal_id": COMMON["deal_id"] if common == 0 else f"deal_{number // 10:032x}",
        "contact_id": COMMON["contact_id"] if common == 1 else f"ct_{number % 9973:032x}",
    }
    turn = number % rare_every
    for place, (name, value) in enumerate(RARE.items()):
        if turn == place:
            values[name] = value
    return values


def _events(model: _Model, head: Head, rows: Sequence[tuple[str, str, str]]) -> tuple[list[Row], Head]:
    """Return the audit events of drafts, chained to the head, and the new head."""
    seq, last = head
    events: list[Row] = []
    for key, doc, at in rows:
        seq += 1
        own = {"seq": seq, "id": key.replace("dr_", "ev_"), "at": at, "entity_id": key, "changes": f'{{"*":{doc}}}'}
        row = tuple((model.event | own).values())
        last = link(last, row)
        events.append((*row, last))
    return events, Head(seq, last)


_HEAD = f"SELECT value FROM store_state WHERE key = '{HEAD_KEY}'"
_FIRST = "SELECT seq + 1 FROM drafts WHERE id = "
_NOTE = f"UPDATE store_state SET value = {{}} WHERE key = '{HEAD_KEY}'"
_DERIVED = "DELETE FROM store_state WHERE key LIKE 'derived:%'"
"""The next process that opens the store computes the keys of its lists."""
_COLUMNS = ", ".join((*HASHED, "hash"))


class _Sqlite:
    """Writes to SQLite without syncing: a store lost midway is filled again."""

    def __init__(self, store: BenchStore) -> None:
        self._connection = sqlite3.connect(store.data_dir / "valhalla.db", isolation_level=None)
        for pragma in ("synchronous = OFF", "cache_size = -500000", "wal_autocheckpoint = 50000"):
            self._connection.execute(f"PRAGMA {pragma}")

    def begin(self, model_id: str) -> tuple[Head, int]:
        """Return the head of the audit chain, and the number of the next draft."""
        head, first = (
            self._connection.execute(_HEAD).fetchone(),
            self._connection.execute(_FIRST + "?", [model_id]).fetchone(),
        )
        return Head.parse(head[0]), int(first[0])

    def add(self, drafts: list[Row], events: list[Row], head: Head) -> None:
        run = self._connection.execute
        run("BEGIN")
        self._connection.executemany("INSERT INTO drafts (id, doc) VALUES (?, ?)", drafts)
        marks = ", ".join("?" * (len(HASHED) + 1))
        self._connection.executemany(f"INSERT INTO audit_events ({_COLUMNS}) VALUES ({marks})", events)
        run(_NOTE.format("?"), [str(head)])
        run("COMMIT")

    def close(self) -> None:
        self._connection.execute(_DERIVED)
        self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._connection.close()


class _Postgres:
    """Writes to PostgreSQL with COPY."""

    def __init__(self, url: str) -> None:
        self._connection = psycopg.connect(url)
        self._connection.execute(b"SET synchronous_commit = off")

    def begin(self, model_id: str) -> tuple[Head, int]:
        """Return the head of the audit chain, and the number of the next draft."""
        head = self._connection.execute(_HEAD.encode()).fetchone()
        first = self._connection.execute(f"{_FIRST}%s".encode(), [model_id]).fetchone()
        assert head is not None
        assert first is not None
        return Head.parse(head[0]), int(first[0])

    def add(self, drafts: list[Row], events: list[Row], head: Head) -> None:
        with self._connection.cursor() as cursor:
            for table, rows in (("drafts (id, doc)", drafts), (f"audit_events ({_COLUMNS})", events)):
                with cursor.copy(f"COPY {table} FROM STDIN".encode()) as copy:
                    for row in rows:
                        copy.write_row(row)
            cursor.execute(_NOTE.format("%s").encode(), [str(head)])
        self._connection.commit()

    def close(self) -> None:
        self._connection.execute(_DERIVED.encode())
        self._connection.commit()
        self._connection.close()
