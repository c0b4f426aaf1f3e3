"""Delays between attempts to sign in.

Failures are counted per account, per network address and per pair of both, in the database, so that all processes
count together. An attempt counts as a failure until it succeeds, so that parallel attempts count too. There is no
lock-out: the longest delay of an account is a minute, and does not apply to addresses from which its owner has
signed in before. See NIST SP 800-63B-4, section 3.2.2.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from backend.app.core_gov.access.gate import rate_limit_key
from backend.app.core_gov.access.secrets import digest
from backend.app.core_gov.access.sign_in import store
from backend.app.kit.db import Tx
from backend.app.kit.errors import TooManyRequests

FORGOTTEN_AFTER = timedelta(days=1)
"""A counter without a failure for this long starts again."""


@dataclass(frozen=True, slots=True)
class Counter:
    """A counter of failures. `free`: failures without a delay. `longest_s`: the longest delay, in seconds."""

    key: str
    free: int
    longest_s: int

    def delay_s(self, failures: int) -> int:
        """Return the delay after this many failures: 1, 2, 4, … seconds after the free ones."""
        excess = failures - self.free
        return 0 if excess < 0 else min(self.longest_s, 2 ** min(excess, 20))


@dataclass(frozen=True, slots=True)
class Attempt:
    """The counters of one attempt. `shared`: those of an address, which other people use too."""

    own: tuple[Counter, ...]
    shared: tuple[Counter, ...]


def attempt(what: str, account: str, address: str, *, known_address: bool) -> Attempt:
    """Return the counters of an attempt. `what`: password or factor. An unknown account is counted like a known one."""
    network = rate_limit_key(address)
    name = digest(account)[:32]
    own = [Counter(f"{what} {name} {network}", 5, 900)]
    if known_address:  # whoever shares the address, such as a colleague in the office, delays nobody but themselves
        return Attempt(tuple(own), ())
    own.append(Counter(f"{what} {name}", 20, 60 if what == "password" else 900))
    return Attempt(tuple(own), (Counter(f"{what} from {network}", 20, 300),))


def begin(tx: Tx, started: Attempt) -> None:
    """Count an attempt as a failure. Raises TooManyRequests, without counting, if it comes too early."""
    counters = sorted((*started.own, *started.shared), key=lambda counter: counter.key)
    found = [(counter, *store.lock_counter(tx, counter.key)) for counter in counters]
    now = datetime.fromisoformat(tx.now)
    wait = 0.0
    counts: list[tuple[str, int]] = []
    for counter, failures, last_at in found:
        passed = now - datetime.fromisoformat(last_at)
        recent = failures if passed <= FORGOTTEN_AFTER else 0
        if delay := counter.delay_s(recent):  # another process may have counted at a later time, by its clock
            wait = max(wait, delay - passed.total_seconds())
        counts.append((counter.key, recent + 1))
    if wait > 0:
        seconds = ceil(wait)
        raise TooManyRequests(f"too many failed attempts; try again in {seconds} s", seconds)
    for key, failures in counts:
        store.set_counter(tx, key, failures)


def succeed(tx: Tx, started: Attempt) -> None:
    """Clear the counters of an account, and take this attempt back from those of the address.

    The latter are not cleared: whoever guesses passwords of others could clear them by signing in to an own account.
    """
    for counter in started.own:
        store.forget(tx, counter.key)
    for counter in started.shared:
        store.forgive(tx, counter.key)
