"""Fixtures of the feed tests: a misbehaving server, its feed, and a clock whose waits take no time."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from backend.app.bootstrap import Store
from backend.app.core_gov.mls import service
from backend.app.core_gov.mls.service import SyncOptions, SyncOutcome
from backend.app.core_gov.mls.throttle import Clock
from backend.app.kit.db import Ctx, Query
from backend.app.kit.jobs import leases
from backend.tests.core_gov.mls.odata_server import SECRET, TOKEN, Mls, serving

SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
"""Marks tests that do not depend on the database."""


@dataclass
class Hours:
    """Clock whose waits take no time."""

    time: float = 1_790_000_000.0
    waited: list[float] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        self.waited.append(seconds)
        self.time += seconds

    def now(self) -> float:
        self.time += 0.001
        return self.time

    def clock(self) -> Clock:
        return Clock(self.now, self.sleep, self.told.append)


@pytest.fixture
def mls() -> Iterator[Mls]:
    with serving(Mls()) as found:
        yield found


@pytest.fixture
def hours() -> Hours:
    return Hours()


@dataclass
class Feeds:
    """`feeds.toml` of a test, and the sync of its feed."""

    store: Store
    mls: Mls
    hours: Hours
    secrets: Path
    asked: list[tuple[int, int]] = field(default_factory=list)

    def write(self, *, profile: str = "generic", auth: str = "", **more: Any) -> None:
        """Write one feed, named `a`."""
        token = f'auth = {{ token_file = "{self.secrets / "token"}" }}'
        lines = [
            *("[a]", 'market = "m"', 'country = "US"', 'currency = "USD"'),
            f'profile = "{profile}"',
            f'url = "{more.pop("url", self.mls.address)}"',
            auth or token,
            *(
                f"{name} = {str(value).lower() if isinstance(value, bool) else repr(value)}"
                for name, value in more.items()
            ),
        ]
        (self.store.settings.data_dir / "feeds.toml").write_text("\n".join(lines))

    def client_credentials(self, secret: str = SECRET) -> str:
        (self.secrets / "secret").write_text(f"{secret}\n")
        token_url = self.mls.address.replace("/odata", "/connect/token")
        return (
            f'auth = {{ token_url = "{token_url}", client_id = "us", '
            f'client_secret_file = "{self.secrets / "secret"}", scope = "read" }}'
        )

    def sync(self, **options: bool) -> SyncOutcome:
        def report(done: int, total: int) -> None:
            self.asked.append((done, total))

        return service.sync_feed(
            self.store.settings,
            self.store.db,
            Ctx("clerk", "cli"),
            "a",
            report,
            options=SyncOptions(**options),
            clock=self.hours.clock(),
        )

    def sales(self) -> dict[str, int]:
        """Return the prices of the stored sales by key."""
        query = Query(text("SELECT source_key, price_cents FROM market_sales WHERE removed IS NULL"))
        rows = self.store.db.snapshot_now(lambda tx: tx.all(query))
        return {key: cents // 100 for key, cents in rows}

    def removed(self) -> dict[str, str]:
        query = Query(text("SELECT source_key, removed FROM market_sales WHERE removed IS NOT NULL"))
        return dict(self.store.db.snapshot_now(lambda tx: tx.all(query)))

    def rob_lease(self, name: str) -> None:
        """Let another process take the lease, as if this one's had expired."""
        lease = self.store.db.snapshot_now(leases.find, name)
        assert lease is not None
        self.store.db.write_now(Ctx("thief", "cli"), leases.release, name, lease.holder)
        assert self.store.db.write_now(Ctx("thief", "cli"), leases.take, name, "thief", "{}", 30.0)

    def state(self) -> str:
        query = Query(text("SELECT state FROM market_feeds"))
        ((found,),) = self.store.db.snapshot_now(lambda tx: tx.all(query))
        return str(found)


@pytest.fixture
def feeds(store: Store, mls: Mls, hours: Hours, tmp_path: Path) -> Feeds:
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    (secrets / "token").write_text(f"{TOKEN}\n")
    found = Feeds(store, mls, hours, secrets)
    found.write()
    return found
