"""Times of records never go back, even if the system clock does."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.app.bootstrap import Store
from backend.app.core_gov.access.tokens import service as tokens
from backend.app.core_gov.rents import store as rents
from backend.app.deals import service as deals
from backend.app.deals.schemas import DealCreate, DealPatch
from backend.app.deals.store import deals as deal_table
from backend.app.kit import clock
from backend.app.kit.db import Ctx, Query
from backend.app.kit.json_mirror import adoption
from backend.tests.contract.kinds import KINDS, PER_PROPERTY, Kind, PerProperty, make
from backend.tests.promises import promise

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)
SetClock = Callable[[int], None]


@pytest.fixture
def set_clock(monkeypatch: pytest.MonkeyPatch) -> SetClock:
    """Return a function that sets the clock to a number of seconds after noon."""

    def set_it(seconds: int) -> None:
        moment = (NOON + timedelta(seconds=seconds)).isoformat(timespec="microseconds").replace("+00:00", "Z")
        monkeypatch.setattr(clock, "now", lambda: moment)

    return set_it


def times(record: dict[str, Any]) -> tuple[str, str]:
    return record["created_at"], record["updated_at"]


@promise("Records and lists", "`updated_at` never goes back, whatever the system clock does.")
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(clocks=st.lists(st.integers(-3, 3), min_size=2, max_size=8))
def test_updated_at_increases_with_every_change(store: Store, ctx: Ctx, set_clock: SetClock, clocks: list[int]) -> None:
    set_clock(clocks[0])
    stored = store.db.write_now(ctx, deals.create_deal, DealCreate(name="x"))
    seen = [times(stored.fields)]
    for number, seconds in enumerate(clocks[1:]):
        set_clock(seconds)
        patch = DealPatch.model_validate({"notes": str(number)})
        seen.append(times(store.db.write_now(ctx, deals.patch_deal, stored.fields["id"], patch).fields))
        behind = seconds <= max(clocks[: number + 1])
        assert behind or seen[-1][1] == clock.now()
    assert {created for created, _ in seen} == {seen[0][0]}
    updated = [moment for _, moment in seen]
    assert updated == sorted(set(updated))
    assert updated[0] == seen[0][0]


@promise("Records and lists", "`updated_at` never goes back, whatever the system clock does.")
@pytest.mark.parametrize("kind", KINDS.values(), ids=str)
def test_patch_of_every_kind_increases_updated_at(kind: Kind, shared_sqlite: httpx.Client, set_clock: SetClock) -> None:
    set_clock(0)
    record = make(kind, shared_sqlite)
    set_clock(-3600)
    changed = shared_sqlite.patch(kind.one(record["id"]), json=kind.change).json()
    assert record["updated_at"] < changed["updated_at"] < "2026-01-31T12:00:01"


@pytest.mark.parametrize("kind", PER_PROPERTY, ids=str)
def test_upserts_increase_updated_at(kind: PerProperty, shared_sqlite: httpx.Client, set_clock: SetClock) -> None:
    set_clock(0)
    path = kind.path(make(KINDS["properties"], shared_sqlite)["id"])
    first = shared_sqlite.post(path, json=kind.full).json()
    set_clock(-3600)
    assert shared_sqlite.post(path, json=kind.other).json()["updated_at"] > first["updated_at"]


def test_sent_at_is_later_than_created_at(shared_sqlite: httpx.Client, set_clock: SetClock) -> None:
    set_clock(0)
    draft = make(KINDS["drafts"], shared_sqlite, to="+14165550123", status="ready")
    set_clock(-3600)
    path = f"/core/comms/drafts/{draft['id']}"
    answer = shared_sqlite.post(f"{path}/mark_sent", params={"provider": "x", "provider_ref": "1"})
    assert answer.status_code in {200, 201}, answer.text
    sent = shared_sqlite.get(path).json()
    assert sent["created_at"] < sent["sent_at"] <= sent["updated_at"]
    assert sent["sent_at"] == answer.json()["sent_at"]


def test_updated_at_of_reimported_rows_never_decreases(store: Store, ctx: Ctx, set_clock: SetClock) -> None:
    given = {"country": "CA", "currency": "CAD", "kind": "asking", "rent_date": "2026-01-31", "row": "{}"}

    def import_rent(cents: int) -> None:
        row = dict.fromkeys(rents.comps.names) | given | {"rent_cents": cents}
        store.db.write_now(ctx, rents.comps.upsert, "a", [("1", row)])

    columns = rents.rent_comps.c
    query = Query(rents.rent_comps.select().with_only_columns(columns.created_at, columns.updated_at))
    found: list[tuple[str, str]] = []
    for seconds, cents in ((0, 100_000), (-3600, 200_000), (60, 300_000)):
        set_clock(seconds)
        import_rent(cents)
        found += store.db.snapshot_now(lambda tx: tx.all(query))
    noon, later = "2026-01-31T12:00:00.000000Z", "2026-01-31T12:01:00.000000Z"
    assert found == [(noon, noon), (noon, noon), (noon, later)]


def test_revoked_at_is_not_before_created_at(store: Store, ctx: Ctx, set_clock: SetClock) -> None:
    set_clock(0)
    store.db.write_now(ctx, tokens.create_token, "a", "viewer")
    set_clock(-3600)
    store.db.write_now(ctx, tokens.revoke_token, "a")
    (token,) = store.db.snapshot_now(tokens.list_tokens)
    assert token.revoked_at == token.created_at == "2026-01-31T12:00:00.000000Z"


class TestAfter:
    @given(st.datetimes(timezones=st.just(UTC)), st.lists(st.datetimes(timezones=st.just(UTC)), max_size=3))
    def test_after_is_later_than_every_given_time(self, now: datetime, earlier: list[datetime]) -> None:
        texts = [each.isoformat(timespec="microseconds").replace("+00:00", "Z") for each in (now, *earlier)]
        found = clock.after(*texts)
        assert found == texts[0] or found > max(texts[1:]) or max(texts[1:]).startswith("9999-12-31T23:59:59.999999")
        assert found >= texts[0]

    @pytest.mark.parametrize("text", ["zzz", "", "9999-12-31T23:59:59.999999Z"])
    def test_after_ignores_invalid_times(self, text: str) -> None:
        assert clock.after("2026-01-31T12:00:00.000000Z", text) == "2026-01-31T12:00:00.000000Z"


def test_adopted_record_is_not_updated_before_its_creation(tmp_path: Path) -> None:
    item = {"id": "deal_1", "name": "x", "created_at": "2026-01-31T12:00:00Z", "updated_at": "2026-01-31T11:00:00"}
    (tmp_path / deal_table.file).parent.mkdir()
    (tmp_path / deal_table.file).write_text(json.dumps([item]))
    (found,) = adoption.find(tmp_path, [deal_table]).records.values()
    record = json.loads(found.doc)
    assert record["updated_at"] == record["created_at"] == found.updated_at
