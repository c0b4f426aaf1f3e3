"""Identifiers that carry their kind and sort by the time they were made."""

import secrets
import time


def new_id(prefix: str) -> str:
    """A new identifier: `prefix_`, 48 bits of milliseconds and 80 random bits, in hexadecimal."""
    return f"{prefix}_{time.time_ns() // 1_000_000:012x}{secrets.token_hex(10)}"
