"""Load generator: `python -m bench.load` reads a plan from standard input and writes the result to standard output.

It runs in a separate process and does little work per request (prepared bytes, a raw protocol, only the head of a
response is parsed), so that the server is the bottleneck. Each connection is kept alive and has one request in flight.
A response other than 2xx fails the run.

The speed of a machine drifts, and other processes may use it. The load therefore alternates between the measured server
and the yardstick, a fraction of a second each, so that a slowdown affects both.
"""

import asyncio
import gc
import json
import math
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, cast

import uvloop

ROOT = Path(__file__).parents[1]
LAST_RESPONSES_S = 30.0
"""Seconds to wait for the last responses before the server counts as hung."""

NextRequest = Callable[[], bytes]


class LoadFailed(Exception):
    """The load did not run as planned, or a response was not 2xx."""


@dataclass(frozen=True, slots=True)
class Target:
    """One kind of request to one server.

    In the path and the body, `{id}` stands for a random one of `ids`, all of the same length. In the body, `{n}` stands
    for a number of 19 digits that never repeats, in this run or another, and `{nnnn}` for its last four digits. `token`
    is the bearer token, and `cookie` the value of the Cookie header.
    """

    port: int
    method: str
    path: str
    body: str = ""
    ids: Sequence[str] = ()
    token: str = ""
    cookie: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """Requests and duration. The yardstick gets half the time of the measured server."""

    measured: Target
    yardstick: Target
    connections: int = 32
    seconds: float = 4.0
    turn_s: float = 0.5
    warmup_s: float = 0.5


@dataclass(frozen=True, slots=True)
class Seen:
    """Result for one server. `answered` includes the warm-up."""

    requests: int
    answered: int
    rate: float
    p50_ms: float
    p99_ms: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """Result for both servers. `error` is the relative standard error of their ratio.

    `busy` is the share of a core that the generator used. Near 1, the generator is the bottleneck, not the server.
    """

    measured: Seen
    yardstick: Seen
    error: float
    busy: float

    @property
    def ratio(self) -> float:
        return self.measured.rate / self.yardstick.rate


def put_load(plan: Plan) -> Outcome:
    """Run the plan in a separate process. Raises LoadFailed."""
    what = f"{plan.measured.method} {plan.measured.path}"
    try:
        done = subprocess.run(
            [sys.executable, "-m", "bench.load"],
            input=json.dumps(asdict(plan)),
            capture_output=True,
            text=True,
            cwd=ROOT,
            check=False,
            timeout=4 * (plan.warmup_s + plan.seconds) + 4 * LAST_RESPONSES_S,
        )
    except subprocess.TimeoutExpired:
        raise LoadFailed(f"{what}: the load generator did not finish") from None
    if done.returncode != 0:
        raise LoadFailed(f"{what}: {done.stderr.strip()[-2000:]}")
    found = json.loads(done.stdout)
    return Outcome(**found | {"measured": Seen(**found["measured"]), "yardstick": Seen(**found["yardstick"])})


def requests_of(target: Target) -> NextRequest:
    """Return a function that builds the bytes of the next request."""
    number, body = time.time_ns(), target.body.encode()
    in_path, in_body = "{id}" in target.path, b"{id}" in body
    ids = [key.encode() for key in target.ids] if in_path or in_body else [b""]
    length = len(_numbered(body, number).replace(b"{id}", ids[0]))
    head = f"{target.method} {target.path} HTTP/1.1\r\nHost: 127.0.0.1:{target.port}\r\nAccept: application/json\r\n"
    if target.token:
        head += f"Authorization: Bearer {target.token}\r\n"
    if target.cookie:
        head += f"Cookie: {target.cookie}\r\n"
    if length:
        head += f"Content-Type: application/json\r\nContent-Length: {length}\r\n"
    first, _, rest = f"{head}\r\n".encode().partition(b"{id}")
    count, pick, join = len(ids), random.random, b"".join

    def fixed() -> bytes:
        return join((first, ids[int(pick() * count)], rest, body))

    def changing() -> bytes:
        nonlocal number
        number += 1
        key = ids[int(pick() * count)]
        return join((first, key if in_path else b"", rest, _numbered(body, number).replace(b"{id}", key)))

    return changing if in_body or _numbered(body, number) != body else fixed


def _numbered(body: bytes, number: int) -> bytes:
    digits = b"%d" % number
    return body.replace(b"{n}", digits).replace(b"{nnnn}", digits[-4:])


@dataclass(slots=True)
class Turn:
    """One turn of a server: number of responses and seconds."""

    requests: int
    seconds: float

    @property
    def rate(self) -> float:
        return self.requests / self.seconds


@dataclass(slots=True)
class Stream:
    """The connections to one server, and their results."""

    target: Target
    next_request: NextRequest = field(init=False)
    connections: list["Connection"] = field(default_factory=list)
    latencies: list[float] = field(default_factory=list)
    turns: list[Turn] = field(default_factory=list)
    answered: int = 0
    stop_at: float = 0.0
    busy: int = 0
    idle: "asyncio.Future[None] | None" = None

    def __post_init__(self) -> None:
        self.next_request = requests_of(self.target)

    async def open(self, connections: int) -> None:
        loop = asyncio.get_running_loop()
        for _ in range(connections):
            _, made = await loop.create_connection(lambda: Connection(self), "127.0.0.1", self.target.port)
            self.connections.append(made)

    async def turn(self, seconds: float) -> None:
        """Keep every connection busy for this many seconds, then wait for the requests in flight.

        The rate covers the time to the last response, because the server works until then.
        """
        before = len(self.latencies)
        self.idle, self.busy = asyncio.get_running_loop().create_future(), len(self.connections)
        started = time.perf_counter()
        self.stop_at = started + seconds
        for connection in self.connections:
            connection.send()
        await asyncio.wait_for(self.idle, seconds + LAST_RESPONSES_S)
        self.turns.append(Turn(len(self.latencies) - before, time.perf_counter() - started))

    def forget(self) -> None:
        """Discard the results of the warm-up."""
        self.latencies.clear()
        self.turns.clear()

    def rest(self) -> None:
        """Count a connection whose last response of this turn has arrived."""
        self.busy -= 1
        if self.busy == 0 and self.idle is not None and not self.idle.done():
            self.idle.set_result(None)

    def fail(self, why: str) -> None:
        """End the run with an error."""
        if self.idle is not None and not self.idle.done():
            self.idle.set_exception(LoadFailed(why))

    def seen(self) -> Seen:
        ordered = sorted(self.latencies)
        return Seen(
            requests=len(ordered),
            answered=self.answered,
            rate=len(ordered) / sum(turn.seconds for turn in self.turns),
            p50_ms=quantile(ordered, 0.50) * 1000,
            p99_ms=quantile(ordered, 0.99) * 1000,
        )


class Connection(asyncio.Protocol):
    """One keep-alive connection: sends a request, waits for the whole response, sends the next."""

    __slots__ = ("_head", "_left", "_sent", "_stream", "_write")

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._head = b""
        self._left = 0
        self._sent = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._write = cast("asyncio.Transport", transport).write  # uvloop's transports are no subclass

    def send(self) -> None:
        self._sent = time.perf_counter()
        self._write(self._stream.next_request())

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
            if not data.startswith(b"HTTP/1.1 2"):
                self._stream.fail(f"{_first_line(data)}: {data[end + 4 :][:500].decode()}")
            self._left = end + 4 + _content_length(data[:end].lower()) - len(data)
        if self._left == 0:
            self._answered()
        elif self._left < 0:
            self._stream.fail("a response had another length than its Content-Length")

    def _answered(self) -> None:
        stream, at = self._stream, time.perf_counter()
        stream.latencies.append(at - self._sent)
        stream.answered += 1
        if at < stream.stop_at:
            self.send()
        else:
            stream.rest()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stream.fail("the server closed a connection")


def _content_length(head: bytes) -> int:
    """Return the announced content length, or a negative number without one."""
    at = head.find(b"\r\ncontent-length:")
    return int(head[at + 17 :].split(b"\r\n", 1)[0]) if at >= 0 else -1


def _first_line(answer: bytes) -> str:
    return answer[9:].split(b"\r\n", 1)[0].decode()


def quantile(ordered: list[float], share: float) -> float:
    """Return the value below which this share of the values lies. `ordered` is not empty."""
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def _error(measured: list[Turn], yardstick: list[Turn]) -> float:
    """Return the standard error of the mean ratio, from the spread of the ratios per turn. 0 for one turn."""
    ratios = [one.rate / other.rate for one, other in zip(measured, yardstick, strict=True)]
    if len(ratios) < 2:
        return 0.0
    return statistics.stdev(ratios) / math.sqrt(len(ratios)) / statistics.fmean(ratios)


async def carry_out(plan: Plan) -> Outcome:
    """Open the connections, alternate between the two servers, and return the result."""
    measured, yardstick = Stream(plan.measured), Stream(plan.yardstick)
    failed = asyncio.get_running_loop().set_exception_handler
    failed(lambda loop, context: measured.fail(f"in the load generator: {_reason(context)}"))
    for stream in (measured, yardstick):
        await stream.open(plan.connections)
        await stream.turn(plan.warmup_s)
        stream.forget()
    turns = max(1, round(plan.seconds / plan.turn_s))
    started, busy = time.perf_counter(), time.process_time()
    for _ in range(turns):
        await measured.turn(plan.seconds / turns)
        await yardstick.turn(plan.seconds / turns / 2)
    busy = (time.process_time() - busy) / (time.perf_counter() - started)
    return Outcome(measured.seen(), yardstick.seen(), _error(measured.turns, yardstick.turns), busy)


def _reason(context: dict[str, Any]) -> str:
    return repr(context.get("exception") or context["message"])


def main() -> None:
    found = json.load(sys.stdin)
    plan = Plan(**found | {"measured": Target(**found["measured"]), "yardstick": Target(**found["yardstick"])})
    gc.collect()
    gc.freeze()
    gc.disable()
    try:
        outcome = uvloop.run(carry_out(plan))
    except (LoadFailed, OSError, TimeoutError) as error:
        sys.exit(str(error) or "the server did not respond in time")
    print(json.dumps(asdict(outcome)))


if __name__ == "__main__":
    main()
