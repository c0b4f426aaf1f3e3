"""The deadline of every read and write of an exchange."""

import httpcore
import pytest

from backend.app.kit.http_client.timed_transport import Deadline, TimedStream


class Drip(httpcore.NetworkStream):
    """Stream that returns one byte per read, each after ten seconds."""

    def __init__(self) -> None:
        self.time, self.waits = 0.0, list[float | None]()

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        self.time += 10
        self.waits.append(timeout)
        return b"x"

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self.time += 10


def test_slow_response_ends_at_the_deadline() -> None:
    drip = Drip()
    deadline = Deadline(35, now=lambda: drip.time)
    stream = TimedStream(drip, deadline)
    assert [stream.read(1, 20) for _ in range(4)] == [b"x"] * 4
    with pytest.raises(httpcore.ReadTimeout):
        stream.read(1, 20)
    with pytest.raises(httpcore.WriteTimeout):
        stream.write(b"", None)
    assert drip.waits == [20, 20, 15, 5]
    deadline.start()
    assert stream.read(1) == b"x"
