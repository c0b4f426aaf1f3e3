"""Puts a server under load: `python -m bench.load` reads a plan from standard input and writes what it saw.

It runs in a process of its own and does as little as possible for each request (bytes made beforehand, a raw
protocol, only the head of an answer is looked at), so that what is measured is the server. Each connection is
kept alive and has one request under way; an answer that is not 2xx is counted as an error.
"""

import asyncio
import gc
import json
import random
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, cast

import uvloop

ROOT = Path(__file__).parents[1]
LAST_ANSWERS_S = 30.0
"""How long the last answers may take before the server counts as stuck."""

NextRequest = Callable[[], bytes]


class LoadFailed(Exception):
    """The load could not be put on the server as planned."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What to send, and for how long.

    `{id}` in the path stands for one of `ids`, chosen anew each time; `{n}` in the body for a number of 19 digits
    that never comes twice, in this run or another.
    """

    port: int
    method: str
    path: str
    body: str = ""
    ids: Sequence[str] = ()
    connections: int = 32
    warmup_s: float = 0.5
    seconds: float = 4.0


@dataclass(frozen=True, slots=True)
class Seen:
    """What came back in the measured time; `answered` counts the warm-up and the last answers too.

    `busy` is the share of a core that the generator itself took: near 1 it is what was measured, not the server.
    """

    requests: int
    answered: int
    rate: float
    p50_ms: float
    p99_ms: float
    busy: float
    errors: int
    first_error: str


def put_load(plan: Plan) -> Seen:
    """Carries out the plan in a process of its own; raises LoadFailed, also for any answer that is not 2xx."""
    try:
        done = subprocess.run(
            [sys.executable, "-m", "bench.load"],
            input=json.dumps(asdict(plan)),
            capture_output=True,
            text=True,
            cwd=ROOT,
            check=False,
            timeout=plan.warmup_s + plan.seconds + 2 * LAST_ANSWERS_S,
        )
    except subprocess.TimeoutExpired:
        raise LoadFailed(f"{plan.method} {plan.path}: the load generator did not end") from None
    if done.returncode != 0:
        raise LoadFailed(f"{plan.method} {plan.path}: {done.stderr.strip()[-2000:]}")
    seen = Seen(**json.loads(done.stdout))
    if seen.errors:
        raise LoadFailed(f"{plan.method} {plan.path}: {seen.errors} answers were not 2xx, first {seen.first_error}")
    if not seen.requests:
        raise LoadFailed(f"{plan.method} {plan.path}: no request was answered in {plan.seconds} s")
    return seen


def requests_of(plan: Plan) -> NextRequest:
    """What makes the bytes of one request after the other."""
    number = time.time_ns()
    body = plan.body.replace("{n}", str(number))
    head = f"{plan.method} {plan.path} HTTP/1.1\r\nHost: 127.0.0.1:{plan.port}\r\nAccept: application/json\r\n"
    if body:
        head += f"Content-Type: application/json\r\nContent-Length: {len(body.encode())}\r\n"
    before, marked, after = f"{head}\r\n".partition("{id}")
    first, rest = before.encode(), after.encode()
    ids = [key.encode() for key in plan.ids] if marked else [b""]
    before_number, numbered, after_number = plan.body.partition("{n}")
    opening, closing = before_number.encode(), after_number.encode()
    count, pick, join = len(ids), random.random, b"".join

    def fixed() -> bytes:
        return join((first, ids[int(pick() * count)], rest, opening))

    def changing() -> bytes:
        nonlocal number
        number += 1
        return join((first, ids[int(pick() * count)], rest, opening, b"%d" % number, closing))

    return changing if numbered else fixed


class Run:
    """One plan on its way: the connections, and what they have seen."""

    def __init__(self, plan: Plan, loop: asyncio.AbstractEventLoop) -> None:
        self.plan, self.next_request = plan, requests_of(plan)
        self.over = loop.create_future()
        self.stopping = False
        self.open = 0
        self.latencies: list[float] = []
        self._measured: list[float] = []
        self.answered = 0
        self.errors = 0
        self.first_error = ""
        self._started = self._seconds = self._busy = 0.0

    def begin(self) -> None:
        """The warm-up is over: counts from here."""
        self.latencies.clear()
        self._started, self._busy = time.perf_counter(), time.process_time()

    def end(self) -> None:
        """Counts no further; each connection closes after the answer that it waits for."""
        self._seconds, self._busy = time.perf_counter() - self._started, time.process_time() - self._busy
        self._measured, self.latencies = sorted(self.latencies), []
        self.stopping = True

    def error(self, text: str) -> None:
        self.errors += 1
        self.first_error = self.first_error or text

    def broken(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """Hears of an exception in a callback: the run is over."""
        if not self.over.done():
            self.over.set_exception(context.get("exception") or LoadFailed(context["message"]))

    def closed(self) -> None:
        self.open -= 1
        if not self.stopping:
            self.error("a connection was closed by the server")
        if self.open == 0 and not self.over.done():
            self.over.set_result(None)

    def seen(self) -> Seen:
        found = self._measured
        return Seen(
            requests=len(found),
            answered=self.answered,
            rate=len(found) / self._seconds,
            p50_ms=_quantile(found, 0.50) * 1000,
            p99_ms=_quantile(found, 0.99) * 1000,
            busy=self._busy / self._seconds,
            errors=self.errors,
            first_error=self.first_error,
        )


class Connection(asyncio.Protocol):
    """Sends a request, waits for the whole answer, sends the next."""

    __slots__ = ("_head", "_left", "_ok", "_run", "_sent", "_write", "transport")

    def __init__(self, run: Run) -> None:
        self._run = run
        self._head = b""
        self._left = 0
        self._ok = True
        self._sent = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)  # uvloop's are no subclass
        self._write = self.transport.write
        self._run.open += 1
        self._send()

    def _send(self) -> None:
        self._sent = time.perf_counter()
        self._write(self._run.next_request())

    def data_received(self, data: bytes) -> None:
        if self._left:
            self._left -= len(data)
        else:
            if self._head:
                data, self._head = self._head + data, b""
            end = data.find(b"\r\n\r\n")
            if end < 0:
                self._head = data
                return
            self._left = end + 4 + _content_length(data[:end].lower()) - len(data)
            self._ok = data.startswith(b"HTTP/1.1 2")
            if not self._ok:
                self._run.error(f"{_first_line(data)}: {data[end + 4 :][:300].decode()}")
        if self._left == 0:
            self._answered()
        elif self._left < 0:
            self._run.error("the server sent another length than it announced")
            self.transport.abort()

    def _answered(self) -> None:
        run = self._run
        run.answered += 1
        if self._ok:
            run.latencies.append(time.perf_counter() - self._sent)
        if run.stopping:
            self.transport.close()
        else:
            self._send()

    def connection_lost(self, exc: Exception | None) -> None:
        self._run.closed()


def _content_length(head: bytes) -> int:
    """What is announced; less than nothing when nothing is, which counts as an error."""
    at = head.find(b"\r\ncontent-length:")
    return int(head[at + 17 :].split(b"\r\n", 1)[0]) if at >= 0 else -1


def _first_line(answer: bytes) -> str:
    return answer[9:].split(b"\r\n", 1)[0].decode()


def _quantile(ordered: list[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0


async def carry_out(plan: Plan) -> Seen:
    """Opens the connections, keeps them busy as long as planned, and says what came back."""
    loop = asyncio.get_running_loop()
    run = Run(plan, loop)
    loop.set_exception_handler(run.broken)
    for _ in range(plan.connections):
        await loop.create_connection(lambda: Connection(run), "127.0.0.1", plan.port)
    loop.call_later(plan.warmup_s, run.begin)
    loop.call_later(plan.warmup_s + plan.seconds, run.end)
    await asyncio.wait_for(run.over, plan.warmup_s + plan.seconds + LAST_ANSWERS_S)
    if not run.stopping:  # the server closed every connection; the errors say so
        run.end()
    return run.seen()


def main() -> None:
    plan = Plan(**json.load(sys.stdin))
    gc.collect()
    gc.freeze()
    gc.disable()
    print(json.dumps(asdict(uvloop.run(carry_out(plan)))))


if __name__ == "__main__":
    main()
