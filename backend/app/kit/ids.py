"""Identifiers that carry their kind and sort by the time they were made."""

import os
import random
import time

# Identifiers are names, not secrets. The system's own source would be asked through a system call that lets go of
# the interpreter lock, and under load every such moment costs a writer its turn.
_random = random.Random(os.urandom(32))  # noqa: S311
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=lambda: _random.seed(os.urandom(32)))


def new_id(prefix: str) -> str:
    """A new identifier: `prefix_`, 48 bits of milliseconds and 80 random bits, in hexadecimal."""
    return f"{prefix}_{time.time_ns() // 1_000_000:012x}{_random.getrandbits(80):020x}"


def new_request_id() -> str:
    """A name for a request, 64 random bits in hexadecimal."""
    return f"{_random.getrandbits(64):016x}"
