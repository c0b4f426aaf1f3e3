"""Tables of the messages that were read from providers, and of how far each account was read."""

from dataclasses import dataclass

from sqlalchemy import Column, Identity, Index, Table, Text, bindparam, exists, insert, select, text, update

from backend.app.core_gov.comms.delivery.store import deliveries
from backend.app.kit.db import Query, Tx, metadata
from backend.app.kit.db.paging import FilteredList
from backend.app.kit.records import Seq

provider_messages = Table(
    "provider_messages",
    metadata,
    Column("seq", Seq, Identity(), primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("account", Text, nullable=False),
    Column("provider_id", Text, nullable=False),
    Column("direction", Text, nullable=False),
    Column("sender", Text),
    Column("from_address", Text, nullable=False),
    Column("to_address", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("meaning", Text),
    Column("delivery_id", Text),
    Column("read_at", Text, nullable=False),
)
account_readings = Table(
    "account_readings",
    metadata,
    Column("account", Text, primary_key=True),
    Column("read_until", Text),
    Column("began_at", Text),
    Column("next_url", Text),
    Column("finished_at", Text),
)
_c, _r, _d = provider_messages.c, account_readings.c, deliveries.c
Index("ux_provider_messages_provider_id", _c.account, _c.provider_id, unique=True)
Index("ix_provider_messages_direction", _c.direction, _c.seq)
Index("ix_provider_messages_from", _c.from_address, _c.direction, _c.at)
Index("ix_provider_messages_to", _c.to_address, _c.direction, _c.at)

_NAMES = tuple(column.name for column in provider_messages.columns if column.name != "seq")


@dataclass(frozen=True, slots=True)
class StoredMessage:
    """A message of a provider's list. `meaning`: what an inbound text asks for. `at`: time at the provider (UTC).

    `delivery_id`: the delivery that an outbound message belongs to, or that an inbound one answers.
    """

    id: str
    account: str
    provider_id: str
    direction: str
    sender: str | None
    from_address: str
    to_address: str
    body: str
    status: str
    at: str
    meaning: str | None
    delivery_id: str | None
    read_at: str


@dataclass(frozen=True, slots=True)
class Reading:
    """How far an account was read.

    `read_until`: everything before is known. `began_at` and `next_url`: a reading that has not ended. `finished_at`:
    start of the last one that was read to its end.
    """

    account: str
    read_until: str | None = None
    began_at: str | None = None
    next_url: str | None = None
    finished_at: str | None = None


_row = [_c[name] for name in _NAMES]
_insert = Query(insert(provider_messages).values({name: bindparam(name) for name in _NAMES}))
_find = Query(select(*_row).where(_c.account == bindparam("account"), _c.provider_id == bindparam("provider_id")))
_claim = Query(update(provider_messages).values(delivery_id=bindparam("delivery")).where(_c.id == bindparam("key")))
_last_from = Query(
    select(_c.at)
    .where(_c.from_address == bindparam("address"), _c.direction == "inbound")
    .order_by(_c.at.desc())
    .limit(1)
)
_unclaimed = Query(
    select(*_row)
    .where(
        _c.to_address == bindparam("to"),
        _c.direction == "outbound",
        _c.account == bindparam("account"),
        _c.at >= bindparam("since"),
        _c.delivery_id.is_(None),
        ~exists().where(_d.account == _c.account, _d.provider_id == _c.provider_id),
    )
    .order_by(_c.at)
    .limit(100)
)
_uncertain_with_messages = Query(
    select(_d.id)
    .where(
        _d.state == "uncertain",
        _d.account == bindparam("account"),
        exists().where(
            _c.to_address == _d.recipient,
            _c.direction == "outbound",
            _c.account == _d.account,
            _c.delivery_id.is_(None),
        ),
    )
    .order_by(_d.seq)
)
_reading = Query(select(*_r).where(_r.account == bindparam("account")))
_lock_reading = Query(select(*_r).where(_r.account == bindparam("account")).with_for_update())
_put_reading = Query(
    text(
        "INSERT INTO account_readings (account, read_until, began_at, next_url, finished_at) "
        "VALUES (:account, :read_until, :began_at, :next_url, :finished_at) ON CONFLICT (account) DO UPDATE SET "
        "read_until = excluded.read_until, began_at = excluded.began_at, next_url = excluded.next_url, "
        "finished_at = excluded.finished_at"
    )
)
_SHOWN = (*(name for name in _NAMES if name != "body"), "body")
_list = FilteredList(
    provider_messages,
    [_c.seq, *(_c[name] for name in _SHOWN[:-1])],
    _c.body,
    lambda name: _c[name] == bindparam(name),
)


def add(tx: Tx, message: StoredMessage) -> None:
    tx.run(_insert, **{name: getattr(message, name) for name in _NAMES})


def find(tx: Tx, account: str, provider_id: str) -> StoredMessage | None:
    row = tx.one(_find, account=account, provider_id=provider_id)
    return StoredMessage(*row) if row else None


def claim(tx: Tx, message: StoredMessage, delivery_id: str) -> None:
    """Note the delivery that a message belongs to."""
    tx.run(_claim, key=message.id, delivery=delivery_id)


def last_inbound_at(tx: Tx, address: str) -> str | None:
    """Return when the last message of an address came in."""
    row = tx.one(_last_from, address=address)
    return row[0] if row else None


def unclaimed(tx: Tx, account: str, to: str, since: str) -> list[StoredMessage]:
    """Return outbound messages to an address that belong to no delivery, oldest first.

    One that was stored while its answer was recorded has no `delivery_id`, but a delivery has its ID.
    """
    return [StoredMessage(*row) for row in tx.all(_unclaimed, account=account, to=to, since=since)]


def uncertain_with_messages(tx: Tx, account: str) -> list[str]:
    """Return the uncertain deliveries to addresses that `unclaimed` messages went to, oldest first."""
    return [row[0] for row in tx.all(_uncertain_with_messages, account=account)]


def reading(tx: Tx, account: str) -> Reading:
    row = tx.one(_reading, account=account)
    return Reading(*row) if row else Reading(account)


def lock_reading(tx: Tx, account: str) -> Reading:
    """Return how far an account was read, locked until the unit ends."""
    row = tx.one(_lock_reading, account=account)
    return Reading(*row) if row else Reading(account)


def put_reading(tx: Tx, found: Reading) -> None:
    tx.run(_put_reading, **{column.name: getattr(found, column.name) for column in _r})


def page(
    tx: Tx, filters: dict[str, str | None], limit: int, cursor: str | None
) -> tuple[list[StoredMessage], str | None]:
    """Return a page of the messages that match, those read last first, and the next cursor."""
    rows, next_cursor = _list.page(tx, filters, limit, cursor)
    found = [StoredMessage(**dict(zip(_SHOWN, row[1:], strict=True))) for row in rows]
    return found, next_cursor
