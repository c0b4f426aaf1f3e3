"""HTTP transport with a limit for the duration of a whole exchange."""

import time
from collections.abc import Callable
from typing import Any

import httpcore
import httpx

from backend.app.kit.http_client.tls import usual_tls


class Deadline:
    """Time by which an exchange must be complete; `start` resets it for the next exchange."""

    def __init__(self, seconds: float, now: Callable[[], float] = time.monotonic) -> None:
        self._seconds, self._now = seconds, now
        self._at = now() + seconds

    def start(self) -> None:
        self._at = self._now() + self._seconds

    def left(self) -> float:
        """Return the remaining seconds; zero or negative after the deadline."""
        return self._at - self._now()

    def before_write(self) -> None:
        """Called before each write of a request, after the connection was made. Raise to send nothing more."""


class TimedTransport(httpx.HTTPTransport):
    """HTTP transport whose every read and write is bounded by the deadline, so a slow server cannot block the run.

    The timeouts of httpx apply to a single read, and a server can send a header in thousands of reads. `keepalive_s`:
    seconds for which an idle connection is used again.
    """

    def __init__(self, deadline: Deadline, *, keepalive_s: float | None = None) -> None:
        super().__init__(verify=usual_tls(), trust_env=False)
        self._pool = httpcore.ConnectionPool(
            ssl_context=usual_tls(),
            keepalive_expiry=keepalive_s,
            network_backend=_TimedBackend(deadline),
        )


class _TimedBackend(httpcore.NetworkBackend):
    def __init__(self, deadline: Deadline) -> None:
        self._backend, self._deadline = httpcore.SyncBackend(), deadline

    def connect_tcp(self, *args: Any, **kwargs: Any) -> httpcore.NetworkStream:
        return TimedStream(self._backend.connect_tcp(*args, **kwargs), self._deadline)


class TimedStream(httpcore.NetworkStream):
    """Connection whose reads and writes time out at the deadline."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._stream, self._deadline = stream, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._timeout(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._deadline.before_write()
        self._stream.write(buffer, self._timeout(timeout, httpcore.WriteTimeout))

    def _timeout(self, timeout: float | None, expired: type[Exception]) -> float:
        left = self._deadline.left()
        if left <= 0:
            raise expired("the deadline has passed")
        return left if timeout is None else min(timeout, left)

    def close(self) -> None:
        self._stream.close()

    def start_tls(self, *args: Any, **kwargs: Any) -> httpcore.NetworkStream:
        return TimedStream(self._stream.start_tls(*args, **kwargs), self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
