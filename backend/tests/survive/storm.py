"""Many concurrent HTTP writers, each of which records the responses it got.

A request that got no answer is pending: it was carried out or it was not. When the service is back it is sent again
as a careful client would (the same Idempotency-Key, the same provider_ref, the same values), and must count once.
"""

import http.client
import json
import os
import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from backend.tests.harness import SOON_S, until

Doc = dict[str, Any]
DRAFTS, PARTNERS, LINKS, DEALS = "/core/comms/drafts", "/core/jv/partners", "/core/jv/links", "/core/deals"
KINDS = (DRAFTS, PARTNERS, LINKS, DEALS)


def seed_of(usual: int) -> int:
    """Seed of the storm. `STORM_SEED` selects another one, or repeats one."""
    return int(os.environ.get("STORM_SEED", usual))


class NoAnswer(Exception):
    """The connection broke before the response arrived."""


class NotNow(Exception):
    """The service returned 503 or 507."""


class Client:
    """A keep-alive connection that reconnects."""

    def __init__(self, port: int) -> None:
        self._http = http.client.HTTPConnection("127.0.0.1", port, timeout=SOON_S)

    def send(self, method: str, path: str, body: Doc | None = None, headers: dict[str, str] | None = None) -> Doc:
        """Return the body of the response, with its ETag under `etag`. Raises NoAnswer or NotNow."""
        given = {"content-type": "application/json"} if body is not None else {}
        try:
            self._http.request(method, path, json.dumps(body) if body is not None else None, given | (headers or {}))
            answer = self._http.getresponse()
            content = answer.read()
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise NoAnswer(str(error)) from error
        found: Doc = json.loads(content)
        if answer.status in {503, 507}:
            assert answer.status == 507 or answer.headers["retry-after"], "a 503 says when to try again"
            raise NotNow(found["detail"])
        assert answer.status in {200, 201, 412}, f"{method} {path} was answered {answer.status}: {found}"
        return found | {"etag": answer.headers["etag"], "status_code": answer.status}

    def close(self) -> None:
        self._http.close()


@dataclass
class Known:
    """A record as last returned to its writer. `pending` are values sent without a response."""

    path: str
    doc: Doc
    patches: int = 0
    pending: Doc | None = None
    sending: str | None = None
    entry: Doc | None = None


@dataclass
class Pending:
    """A new record that was sent without a response."""

    path: str
    body: Doc


def _record(answer: Doc) -> Doc:
    return {name: value for name, value in answer.items() if name not in {"etag", "status_code", "warnings"}}


class Writer:
    """One client: creates and changes its own records, marks drafts as sent, and increments a shared counter."""

    def __init__(self, name: str, rng: random.Random, counter: str, notes: str) -> None:
        self.name, self._rng, self._counter, self._notes = name, rng, counter, notes
        self.known: list[Known] = []
        self.pending: Pending | None = None
        self.counted = self.maybe_counted = 0
        self._made = 0
        self.client: Client | None = None

    @property
    def _http(self) -> Client:
        assert self.client is not None
        return self.client

    def settle(self) -> None:
        """Send pending requests again."""
        if self.pending is not None:
            self._create(self.pending.path, self.pending.body)
        for known in self.known:
            if known.sending is not None:
                self._send_off(known)
            if known.pending is not None:
                self._patch(known, known.pending)

    def step(self) -> None:
        """Send one writing request."""
        drafts = [known for known in self.known if known.path == DRAFTS and known.entry is None]
        match self._rng.choice(["draft", "draft", "record", "patch", "patch", "patch", "send", "count"]):
            case "patch" if self.known:
                known = self._rng.choice(self.known)
                self._patch(known, {"meta": {**known.doc["meta"], "version": known.patches + 1}})
            case "send" if drafts:
                self._send_off(self._rng.choice(drafts))
            case "count":
                self._count()
            case "record":
                self._new_record()
            case _:
                self._create(DRAFTS, {"body": f"Hi from {self.name}", "meta": self._token(), "deal_id": "deal_x"})

    def _token(self) -> Doc:
        self._made += 1
        return {"token": f"{self.name}.{self._made}"}

    def _new_record(self) -> None:
        meta = self._token()
        partners = [known for known in self.known if known.path == PARTNERS]
        match self._rng.choice([PARTNERS, DEALS, LINKS]):
            case "/core/jv/links" if partners:
                partner = self._rng.choice(partners).doc["id"]
                self._create(LINKS, {"partner_id": partner, "deal_id": meta["token"], "meta": meta})
            case "/core/deals":
                self._create(
                    DEALS, {"name": f"Deal of {self.name}", "price": 250_000.25, "notes": self._notes, "meta": meta}
                )
            case _:
                self._create(PARTNERS, {"name": f"Partner of {self.name}", "tags": ["storm"], "meta": meta})

    def _create(self, path: str, body: Doc) -> None:
        self.pending = Pending(path, body)
        answer = self._http.send("POST", path, body, {"idempotency-key": body["meta"]["token"]})
        self.known.append(Known(path, _record(answer)))
        self.pending = None

    def _patch(self, known: Known, values: Doc) -> None:
        known.pending = values
        answer = self._http.send("PATCH", f"{known.path}/{known.doc['id']}", values)
        known.doc, known.patches, known.pending = _record(answer), known.patches + 1, None

    def _send_off(self, known: Known) -> None:
        known.sending = known.doc["meta"]["token"]
        path = f"{DRAFTS}/{known.doc['id']}/mark_sent?provider=storm&provider_ref={known.sending}"
        known.entry = _record(self._http.send("POST", path))
        known.doc = _record(self._http.send("GET", f"{DRAFTS}/{known.doc['id']}"))
        known.sending = None

    def _count(self) -> None:
        """Increment the counter in the shared deal, unless another client did in the meantime."""
        deal = self._http.send("GET", f"{DEALS}/{self._counter}")
        self.maybe_counted += 1
        values = {"meta": {"count": deal["meta"]["count"] + 1}}
        answer = self._http.send("PATCH", f"{DEALS}/{self._counter}", values, {"if-match": deal["etag"]})
        self.maybe_counted -= 1
        self.counted += answer["status_code"] == 200


@dataclass
class Storm:
    """All writers. `patient` writers retry after a 503 or 507."""

    seed: int
    size: int = 32
    patient: bool = False
    notes: str = ""
    writers: list[Writer] = field(default_factory=list)
    counter: str = ""
    acknowledged: int = 0
    told_not_now: int = 0
    failures: list[str] = field(default_factory=list)

    def prepare(self, port: int) -> None:
        """Create the shared deal and the writers."""
        rng = random.Random(self.seed)
        client = Client(port)
        self.counter = client.send("POST", DEALS, {"name": "The counter", "meta": {"count": 0}})["id"]
        client.close()
        self.writers = [
            Writer(f"w{n}", random.Random(rng.random()), self.counter, self.notes) for n in range(self.size)
        ]

    @contextmanager
    def raging(self, port: int) -> Iterator[None]:
        """Let every writer resend its pending requests and continue writing until the block exits."""
        stop = threading.Event()
        threads = [threading.Thread(target=self._work, args=(writer, port, stop)) for writer in self.writers]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            stop.set()
            for thread in threads:
                thread.join()
        assert not self.failures, self.failures[:3]

    def wait_for(self, more: int) -> None:
        """Wait until this many more writes are acknowledged."""
        goal = self.acknowledged + more
        until(lambda: self.acknowledged >= goal or self.failures, f"{more} acknowledged writes")

    def settle(self, port: int) -> None:
        """Send pending requests again, and retry until the service responds."""
        for writer in self.writers:
            until(lambda: self._settled(writer, port), f"{writer.name} is sure of what it wrote")  # noqa: B023

    def _settled(self, writer: Writer, port: int) -> bool:
        writer.client = Client(port)
        try:
            writer.settle()
        except (NoAnswer, NotNow):
            return False
        finally:
            writer.client.close()
        return True

    def _work(self, writer: Writer, port: int, stop: threading.Event) -> None:
        writer.client = Client(port)
        todo: Callable[[], None] = writer.settle
        try:
            while not stop.is_set():
                if self._did(todo):
                    self.acknowledged += 1
                    todo = writer.step
                else:
                    todo = writer.settle
                    stop.wait(0.02)
        except NoAnswer:
            return
        except Exception as error:  # noqa: BLE001 - the test's own thread fails with it
            self.failures.append(f"{writer.name}: {error!r}")
        finally:
            writer.client.close()

    def _did(self, todo: Callable[[], None]) -> bool:
        try:
            todo()
        except NotNow:
            self.told_not_now += 1
            if not self.patient:
                raise
            return False
        return True
