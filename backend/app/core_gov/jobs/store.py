"""Table of jobs: typed, because a running job writes its progress again and again."""

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, Column, Identity, Index, Integer, Table, Text, bindparam, insert, select, update

from backend.app.core_gov.jobs.schemas import JobRecord, JobState
from backend.app.kit.db import Query, Tx, metadata
from backend.app.kit.db.paging import FilteredList
from backend.app.kit.errors import Conflict
from backend.app.kit.records import Page, Seq

jobs = Table(
    "jobs",
    metadata,
    Column("seq", Seq, Identity(), primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("parameters", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("done", BigInteger, nullable=False),
    Column("total", BigInteger),
    Column("message", Text),
    Column("checkpoint", Text, nullable=False),
    Column("interruptions", Integer, nullable=False),
    Column("result", Text),
    Column("error", Text),
    Column("created_by", Text, nullable=False),
    Column("created_at", Text, nullable=False),
    Column("started_at", Text),
    Column("finished_at", Text),
    Column("updated_at", Text, nullable=False),
)
_c = jobs.c
for _name in ("state", "kind", "created_by"):
    Index(f"ix_jobs_{_name}", _c[_name], _c.seq)

_NAMES = tuple(column.name for column in jobs.columns if column.name != "seq")
_CHANGED = tuple(name for name in _NAMES if name not in {"id", "kind", "parameters", "created_by", "created_at"})
_JSON = ("parameters", "checkpoint", "result")


@dataclass(frozen=True, slots=True)
class StoredJob:
    """A job as it is stored.

    `checkpoint`: where the job continues. `interruptions`: how often a process died while running it, without a new
    checkpoint since.
    """

    id: str
    kind: str
    parameters: dict[str, Any]
    state: JobState
    done: int
    total: int | None
    message: str | None
    checkpoint: dict[str, Any]
    interruptions: int
    result: dict[str, Any] | None
    error: str | None
    created_by: str
    created_at: str
    started_at: str | None
    finished_at: str | None
    updated_at: str

    @property
    def record(self) -> JobRecord:
        """The job as a response."""
        return JobRecord(**{name: getattr(self, name) for name in JobRecord.model_fields})


_row = [_c[name] for name in _NAMES]
_insert = Query(insert(jobs).values({name: bindparam(name) for name in _NAMES}))
_find = Query(select(*_row).where(_c.id == bindparam("id")))
_lock = Query(select(*_row).where(_c.id == bindparam("id")).with_for_update())
_put = Query(update(jobs).values({name: bindparam(name) for name in _CHANGED}).where(_c.id == bindparam("job_id")))
_in_state = Query(select(*_row).where(_c.state == bindparam("state")).order_by(_c.seq).limit(bindparam("limit")))
_list = FilteredList(
    jobs,
    [_c.seq, *(_c[name] for name in _NAMES if name != "parameters")],
    _c.parameters,
    lambda name: _c[name] == bindparam(name),
)


def add(tx: Tx, job: StoredJob) -> None:
    tx.run(_insert, **{name: _as_stored(name, getattr(job, name)) for name in _NAMES})


def find(tx: Tx, job_id: str) -> StoredJob | None:
    row = tx.one(_find, id=job_id)
    return _read(row) if row else None


def lock(tx: Tx, job_id: str) -> StoredJob | None:
    """Return the job, locked against other writers until the unit ends."""
    row = tx.one(_lock, id=job_id)
    return _read(row) if row else None


def put(tx: Tx, job: StoredJob) -> None:
    """Store everything about a job that can change."""
    tx.run(_put, job_id=job.id, **{name: _as_stored(name, getattr(job, name)) for name in _CHANGED})


def in_state(tx: Tx, state: JobState, limit: int) -> list[StoredJob]:
    """Return the oldest jobs in this state."""
    return [_read(row) for row in tx.all(_in_state, state=state, limit=limit)]


def page(tx: Tx, filters: dict[str, str | None], limit: int, cursor: str | None) -> Page[JobRecord]:
    """Return a page of the jobs that match, newest first."""
    rows, next_cursor = _list.page(tx, filters, limit, cursor, _seq_and_document)
    return Page([row[1] for row in rows], next_cursor)


def _seq_and_document(row: tuple[Any, ...]) -> tuple[int, str]:
    seq, job_id, kind, *rest, parameters = row
    return seq, _read((job_id, kind, parameters, *rest)).record.model_dump_json()


def _as_stored(name: str, value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if name in _JSON and value is not None else value


def _read(row: tuple[Any, ...]) -> StoredJob:
    fields = dict(zip(_NAMES, row, strict=True))
    try:
        return StoredJob(**fields | {name: json.loads(fields[name]) for name in _JSON if fields[name] is not None})
    except ValueError:
        raise Conflict(
            f"the job {fields['id']} on file is not valid; `valhalla verify` of a backup names why"
        ) from None
