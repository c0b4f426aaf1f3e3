"""Section `comms`: decisions of the send gate, and messages sent per second.

The yardstick is the same number of requests with bare httpx clients, from as many threads, to the same server: it
accepts every message at once. Last, several senders with rates of their own have all their messages due at once: `comms
--records 10000` is the size for that.
"""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import httpx

from backend.app.bootstrap import Store, job, open_store
from backend.app.core_gov.comms import service as comms
from backend.app.core_gov.comms.delivery import service as deliveries
from backend.app.core_gov.comms.delivery.dispatcher import SENDER_THREADS, Dispatcher
from backend.app.core_gov.comms.delivery.schemas import DeliveryCreate
from backend.app.core_gov.comms.gate.gate import decide
from backend.app.core_gov.comms.gate.request import RecipientPlace, SendRequest
from backend.app.core_gov.comms.gate.rules import shipped_rules
from backend.app.core_gov.comms.inbound import store as inbound
from backend.app.core_gov.comms.inbound.store import StoredMessage
from backend.app.core_gov.comms.schemas import DraftCreate
from backend.app.core_gov.comms.senders.senders_file import find_sender
from backend.app.kit.db import Ctx, Tx
from bench.progress import Reporter
from bench.sending_rates import BURST, GROWTH, RATES, Watcher, number_of, sender_run, take_arrivals
from bench.servers import ServerFailed
from bench.stores import BenchStore, Run
from bench.table import Figure

SECTION = "comms"
YARDSTICK = "bare httpx"
ENOUGH = 0.5
"""Least rate of messages, as a share of the yardstick."""
ADDRESSES = 50
BATCH = 100
_CTX = Ctx("bench", "cli")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Parameters of the section: the number of messages, and the rates of the senders that share the work."""

    run: Run
    records: int
    rates: tuple[int, ...] = RATES


def steps(wanted: Wanted) -> int:
    """Return the number of steps that `figures` reports."""
    return 1 + 4 * len(wanted.run.databases)


def figures(wanted: Wanted, reporter: Reporter) -> Iterator[Figure]:
    """Measure the gate, then each database."""
    reporter.step("gate")
    yield _gate(wanted)
    with provider() as url:
        for database in wanted.run.databases:
            yield from _Block(wanted, database, url, reporter).figures()


def _gate(wanted: Wanted) -> Figure:
    """Return the decisions per second about different recipients."""
    pack, now = shipped_rules(), datetime.now(UTC)
    places = [RecipientPlace("US", region) for region in ("FL", "TX", "CA", "WA", "NY")]
    requests = [
        SendRequest("sms", "buying", address(number), "Are you selling?", now, places[number % len(places)])
        for number in range(200)
    ]
    decide(requests[0], pack)
    began, done = time.perf_counter(), 0
    while (took := time.perf_counter() - began) < wanted.run.seconds:
        for request in requests:
            decide(request, pack)
        done += len(requests)
    return Figure(SECTION, "-", 0, "decisions of the gate", done / took, "/s")


class _Block:
    """The measurements on one database."""

    def __init__(self, wanted: Wanted, database: str, url: str, reporter: Reporter) -> None:
        self._store = BenchStore(wanted.run, database, wanted.records, "comms-")
        self._url, self._count, self._reporter = url, wanted.records, reporter
        self._sender_rates = wanted.rates

    def figures(self) -> Iterator[Figure]:
        self._step("bare httpx")
        bare = self._count / bare_requests(self._url, self._count)
        yield self._figure(YARDSTICK, bare, bare)
        write_senders(self._store, self._url, self._sender_rates)
        with open_store(self._store.settings) as store:
            self._step("filling")
            fill(store, self._count, ("fast",))
            self._step("sending")
            rate = self._count / dispatch(store)
            missed = () if rate >= ENOUGH * bare else (f"{rate / bare:.2f} of {YARDSTICK}, not {ENOUGH}",)
            yield self._figure("messages sent", rate, bare, f"≥ {ENOUGH}", missed)
            self._step("senders with rates")
            yield from self._rates(store)

    def _rates(self, store: Store) -> Iterator[Figure]:
        """Yield how several senders keep their rates, with all their messages due at once.

        Each has messages for the same time at its rate, so that none may wait for another.
        """
        names = tuple(f"rate-{rate}" for rate in self._sender_rates for _ in range(rate // min(self._sender_rates)))
        fill(store, self._count, names)
        take_arrivals(self._url)
        watcher, began = Watcher(store), time.time()
        with watcher.watching():
            took = dispatch(store)
        arrivals = take_arrivals(self._url)
        rates = " + ".join(map(str, self._sender_rates))
        yield self._figure(f"senders at {rates} /s", self._count / took, None, f"≈ {sum(self._sender_rates)}")
        for rate in self._sender_rates:
            done = sender_run(rate, arrivals.get(number_of(f"rate-{rate}"), []), began)
            measure, missed = f"… the sender at {rate} /s", tuple(done.faults)
            yield self._figure(measure, done.messages / max(done.seconds, 0.001), None, f"≈ {rate}", missed)
            yield self._plain("… … most within a second", done.most_within_second, "", f"≤ {rate} + {BURST}")
        first, last = watcher.memory
        yield self._plain("… memory, first quarter", first, "MB")
        yield self._plain("… memory, last quarter", last, "MB", f"+ < {GROWTH:.0%}", tuple(watcher.memory_faults))
        looks = len({each.open for each in watcher.samples})
        yield self._plain("… numbers of open messages seen", looks, "", "count down", tuple(watcher.progress_faults))

    def _plain(self, what: str, value: float, unit: str, target: str = "", missed: tuple[str, ...] = ()) -> Figure:
        return Figure(SECTION, self._store.database, self._count, what, value, unit, target=target, missed=missed)

    def _step(self, what: str) -> None:
        self._reporter.step(f"{self._store.name}: {what}")

    def _figure(
        self, what: str, rate: float, bare: float | None, target: str = "", missed: tuple[str, ...] = ()
    ) -> Figure:
        share = rate / bare if bare else None
        return Figure(
            SECTION, self._store.database, self._count, what, rate, "/s", share=share, target=target, missed=missed
        )


def address(number: int) -> str:
    """Return one of the addresses that messages go to."""
    return f"+1902555{number % ADDRESSES:04}"


@contextmanager
def provider() -> Iterator[str]:
    """Yield the URL of a server that accepts every message."""
    command = [sys.executable, "-m", "bench.provider_double"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        port = process.stdout.readline().strip()
        if not port.isdecimal():
            raise ServerFailed("the provider's double did not start")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.communicate()


def bare_requests(url: str, number: int) -> float:
    """Send this many requests from several threads, each with a client of its own, and return the seconds."""
    form = {"To": address(0), "From": "+14165550100", "Body": "The roof is done.", "ValidityPeriod": "36000"}

    def send(share: int) -> None:
        with httpx.Client(trust_env=False) as client:
            for _ in range(share):
                client.post(f"{url}/2010-04-01/Accounts/AC/Messages.json", data=form).raise_for_status()

    threads = [
        threading.Thread(target=send, args=(number // SENDER_THREADS + (each < number % SENDER_THREADS),))
        for each in range(SENDER_THREADS)
    ]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.perf_counter() - began


def write_senders(store: BenchStore, url: str, rates: tuple[int, ...]) -> None:
    """Write senders.toml: one without a limit, and those with rates of their own."""
    store.data_dir.mkdir(parents=True, exist_ok=True)
    secret = store.directory / f"secret-{store.database}"
    secret.touch(0o600)
    secret.write_text("a-secret")
    lines = []
    for name, rate in (("fast", 1_000), *((f"rate-{rate}", rate) for rate in rates)):
        lines += [
            f"[{name}]",
            'kind = "twilio"',
            f'account = "AC{1:032x}"',
            f'from = "{number_of(name)}"',
            f'api_key = "SK{2:032x}"',
            f'api_key_secret_file = "{secret}"',
            'legal_name = "Maple Homes Inc."',
            f"per_second = {rate}",
            f'url = "{url}"',
        ]
    (store.data_dir / "senders.toml").write_text("\n".join(lines) + "\n")


def fill(store: Store, number: int, senders: tuple[str, ...]) -> None:
    """Create messages that are due now, for each sender in turn."""
    store.db.write_now(_CTX, _hear_from_everyone)
    for start in range(0, number, BATCH):
        store.db.write_now(_CTX, _send, store, range(start, min(start + BATCH, number)), senders)


def _hear_from_everyone(tx: Tx) -> None:
    """Store a message of each recipient: replies to them may leave at any hour."""
    for number in range(ADDRESSES):
        key = f"in_{tx.now}_{number}"
        inbound.add(
            tx,
            StoredMessage(
                *(key, "AC", key, "inbound", None, address(number), "+14165550100", "Yes?", "received", tx.now),
                *("ordinary", None, tx.now),
            ),
        )


def _send(tx: Tx, store: Store, numbers: range, senders: tuple[str, ...]) -> None:
    for number in numbers:
        payload = DraftCreate(to=address(number), body="The roof is done.", status="ready")
        draft_id = comms.create_draft(tx, payload).fields["id"]
        name = senders[number % len(senders)]
        request = DeliveryCreate(sender=name, purpose="reply")
        deliveries.send_draft(tx, draft_id, request, find_sender(store.settings, name), shipped_rules(), 0.0)


def dispatch(store: Store) -> float:
    """Send what is due, and return the seconds."""
    sending = Dispatcher(store.db, job("bench"), store.settings)
    began = time.perf_counter()
    sending.start()
    try:
        while any(
            store.db.snapshot_now(deliveries.count_by_state).get(each) for each in ("waiting", "claimed", "sending")
        ):
            time.sleep(0.02)
        return time.perf_counter() - began
    finally:
        sending.close()
