"""Section `access`: what it costs to know who sends a request, and what sign-ins cost the other requests.

The same GET as the local user, by an access token and by a session cookie, each next to the bare endpoint; then by
cookie next to by token, in turns at the same server. Last, the time of other requests without and with 20 sign-ins per
second, whose passwords are hashed as always.
"""

import http.client
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from backend.app.bootstrap import open_store
from backend.app.core_gov.access.passwords.hashing import PasswordHashing
from backend.app.core_gov.access.people import links
from backend.app.core_gov.access.people import service as people
from backend.app.core_gov.access.people.schemas import InvitationCreate
from backend.app.core_gov.access.sessions import service as sessions
from backend.app.core_gov.access.sessions.limits import SessionLimits
from backend.app.core_gov.access.sessions.service import Browser
from backend.app.core_gov.access.tokens import service as tokens
from backend.app.kit.db import Ctx, Tx
from bench.fill import Filled, fill, planned
from bench.load import Outcome, Plan, Target, put_load
from bench.measuring import Measured, bare_endpoint, check, measure, target_of
from bench.operations import OPERATIONS
from bench.progress import Reporter
from bench.servers import READY, VALHALLA, YARDSTICK, Server, ServerFailed, serving
from bench.stores import BenchStore, Run
from bench.table import Figure

SECTION = "access"
SECONDS = 8.0
"""Default of the load for each kind of request."""
PER_SECOND = 20
ACCOUNTS = 8
"""People who sign in one after the other. Each has one attempt at a time, so none is delayed."""
WORDS = "eleven green umbrellas"
AS_CHEAP = 0.98
"""Least rate by cookie, as a share of the rate by token."""
RAISED_MS = 30.0
"""Most that sign-ins may add to the 99th percentile of other requests."""
_CTX = Ctx("bench", "cli")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Parameters of the section: the number of records in the store."""

    run: Run
    records: int


@dataclass(frozen=True, slots=True)
class Credentials:
    """Secrets of a token and of a session, and the addresses of the accounts that sign in."""

    token: str
    cookie: str
    emails: tuple[str, ...]


def steps(wanted: Wanted) -> int:
    """Return the number of steps that `figures` reports."""
    return len(wanted.run.databases) * 7


def figures(wanted: Wanted, reporter: Reporter) -> Iterator[Figure]:
    """Measure each database, and yield each figure when it is known."""
    with serving(YARDSTICK, wanted.run.directory / "yardstick.log", "/") as yardstick:
        for database in wanted.run.databases:
            store = BenchStore(wanted.run, database, wanted.records, "access-")
            reporter.step(f"{store.name}: filling")
            with reporter.counting("records", planned(store.size)) as counter:
                filled = fill(store.settings, store.size, counter.advance)
            credentials = create_credentials(store)
            store.tidy()
            with serving(VALHALLA, store.log, READY, store.environment) as server:
                server.wait_until_calm()
                block = _Block(wanted.run, store, server, yardstick, reporter)
                yield from block.figures(filled, credentials)


def create_credentials(store: BenchStore) -> Credentials:
    """Create a token, people with passwords, and a session of the first of them."""
    hashed = PasswordHashing().hash_now(WORDS)
    emails = tuple(f"person{number}@example.com" for number in range(ACCOUNTS))

    def create(tx: Tx) -> Credentials:
        for email in emails:
            link = people.invite(tx, InvitationCreate(email=email, role="operator"))
            links.use_link(tx, link.secret, None, hashed)
        person = people.require(tx, emails[0])
        browser = Browser("127.0.0.1")
        session = sessions.begin_session(tx, person, ("password",), "complete", browser, SessionLimits())
        return Credentials(tokens.create_token(tx, "bench", "operator"), session.token, emails)

    with open_store(store.settings) as opened:
        return opened.db.write_now(_CTX, create)


@dataclass(frozen=True, slots=True)
class _Block:
    """The measurements of one store."""

    run: Run
    store: BenchStore
    server: Server
    yardstick: Server
    reporter: Reporter

    def figures(self, filled: Filled, credentials: Credentials) -> Iterator[Figure]:
        operation = next(each for each in OPERATIONS if each.name == "get")
        check(self.server, operation, filled)
        local = target_of(self.server, operation, filled)
        by_token, by_cookie = (
            replace(local, token=credentials.token),
            replace(local, cookie=f"valhalla_{self.server.port}={credentials.cookie}"),
        )
        measured: list[Measured] = []
        for how, target in (("as the local user", local), ("by token", by_token), ("by cookie", by_cookie)):
            self._step(f"{operation.title} {how}")
            measured.append(measure(self.run, self.server, target, self.yardstick))
            yield measured[-1].figure(SECTION, self.store, f"{operation.title} {how}")
        yield bare_endpoint(SECTION, self.store, measured)
        self._step("by cookie next to by token")
        yield self._cookie_next_to_token(self._load(by_cookie, by_token))
        self._step("other requests")
        alone = self._load(by_token, by_token)
        self._step(f"other requests during {PER_SECOND} sign-ins per second")
        with signing_in(self.server, credentials.emails) as done:
            beside = self._load(by_token, by_token)
        yield from self._sign_ins(alone, beside, len(done))

    def _step(self, what: str) -> None:
        self.reporter.step(f"{self.store.name}: {what}")

    def _load(self, target: Target, other: Target) -> Outcome:
        seconds = self.run.seconds
        return put_load(Plan(target, other, self.run.connections, seconds, warmup_s=min(0.5, seconds)))

    def _cookie_next_to_token(self, outcome: Outcome) -> Figure:
        ratio, error = outcome.ratio, outcome.error * outcome.ratio
        told = f"by cookie {ratio:.2f} of the rate by token, to reach {AS_CHEAP:.2f}"
        return Figure(
            *(SECTION, self.store.database, self.store.size, "rate by cookie, of that by token", 100 * ratio, "%"),
            error=error,
            target=f"≥ {100 * AS_CHEAP:.0f}",
            missed=(told,) if ratio + 2 * error < AS_CHEAP else (),
        )

    def _sign_ins(self, alone: Outcome, beside: Outcome, count: int) -> Iterator[Figure]:
        raised = beside.measured.p99_ms - alone.measured.p99_ms
        where = (SECTION, self.store.database, self.store.size)
        told = f"sign-ins raise the p99 of other requests by {raised:.0f} ms, to stay under {RAISED_MS:.0f}"
        for what, seen in (("others, no sign-ins", alone.measured), (f"others, {count} sign-ins", beside.measured)):
            yield Figure(*where, what, seen.rate, "/s", p50_ms=seen.p50_ms, p99_ms=seen.p99_ms)
        yield Figure(
            *(*where, "p99 raised by sign-ins", raised, "ms"),
            target=f"< {RAISED_MS:.0f}",
            missed=(told,) if raised >= RAISED_MS else (),
        )


@contextmanager
def signing_in(server: Server, emails: tuple[str, ...]) -> Iterator[list[float]]:
    """Sign people in at a steady rate until the block exits. Yield the list of the times that each took (seconds).

    Raises ServerFailed if a sign-in was refused.
    """
    over, done, failures = threading.Event(), [], []
    gap = len(emails) / PER_SECOND

    def keep_signing_in(email: str, first: float) -> None:
        due = first
        while not over.wait(max(0.0, due - time.perf_counter())):
            started = time.perf_counter()
            status, body = _sign_in(server, email)
            done.append(time.perf_counter() - started)
            if status != http.client.OK:
                failures.append(f"a sign-in returned {status}: {body[:200]!r}")
                return
            due = max(due + gap, time.perf_counter())

    began = time.perf_counter()
    threads = [
        threading.Thread(target=keep_signing_in, args=(email, began + number / PER_SECOND))
        for number, email in enumerate(emails)
    ]
    for thread in threads:
        thread.start()
    try:
        yield done
    finally:
        over.set()
        for thread in threads:
            thread.join()
    if failures:
        raise ServerFailed(failures[0])


def _sign_in(server: Server, email: str) -> tuple[int, bytes]:
    return server.request("POST", "/core/access/sign_in", json.dumps({"email": email, "password": WORDS}))
