"""Identifiers with a type prefix that sort by creation time."""

import os
import random
import time

# Identifiers are not secrets. The system's random source needs a system call that releases the interpreter lock, and
# under load each release delays a writer.
_random = random.Random(os.urandom(32))  # noqa: S311
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=lambda: _random.seed(os.urandom(32)))


def new_id(prefix: str) -> str:
    """Return a new identifier: `prefix_`, 48 bits of milliseconds and 80 random bits, in hexadecimal."""
    return f"{prefix}_{time.time_ns() // 1_000_000:012x}{_random.getrandbits(80):020x}"


def new_request_id() -> str:
    """Return a request id: 64 random bits in hexadecimal."""
    return f"{_random.getrandbits(64):016x}"
