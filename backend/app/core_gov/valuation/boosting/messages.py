"""Messages between a training process and the process that started it: named arrays, never pickled."""

from io import BytesIO
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

_LENGTH = 8
"""Bytes of a message's length, in front of it."""

Message = dict[str, NDArray[Any]]


def write_message(stream: IO[bytes], **arrays: Any) -> None:
    """Write one message. Raises OSError if the reader is gone."""
    body = BytesIO()
    np.savez(body, allow_pickle=False, **arrays)
    stream.write(body.tell().to_bytes(_LENGTH, "little"))
    stream.write(body.getbuffer())
    stream.flush()


def read_message(stream: IO[bytes]) -> Message:
    """Read the next message. Raises EOFError if the writer is gone."""
    length = int.from_bytes(_read(stream, _LENGTH), "little")
    with np.load(BytesIO(_read(stream, length)), allow_pickle=False) as arrays:
        return dict(arrays)


def _read(stream: IO[bytes], count: int) -> bytes:
    found = stream.read(count)
    if len(found) < count:
        raise EOFError
    return found
