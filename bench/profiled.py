"""Valhalla with a profiler in each thread, served by `python -m bench --profile`.

HTTP requests start and stop the recording, so the startup is not in it. The environment variable BENCH_CLOCK selects
the clock: `cpu` counts what a thread computes, `wall` also its waits (for a queue, a lock, the interpreter, or the
database). The event loop's own wait for sockets is in neither.

Only uvicorn may import this module: the import starts recording every new thread of the process.
"""

import cProfile
import io
import os
import pstats
import re
import sys
import sysconfig
import threading
import time
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from types import FrameType
from typing import Any

from bench.servers import PROFILE_BEGIN, PROFILE_END

TOP = 25
_PLACES = (str(Path(__file__).parents[1]), sysconfig.get_path("purelib"), sysconfig.get_path("stdlib"))

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

_CLOCKS = {"cpu": time.thread_time, "wall": time.perf_counter}
_clock = _CLOCKS[os.environ.get("BENCH_CLOCK", "cpu")]


class Recorder(cProfile.Profile):
    """A profiler that another thread can read while its own thread continues."""

    def __init__(self) -> None:
        super().__init__(_clock)

    def create_stats(self) -> None:
        self.snapshot_stats()


_threads: list[tuple[str, Recorder]] = []


def _record_thread(frame: FrameType, event: str, arg: object) -> None:
    """Install a profiler in place of this hook, at the first event of a new thread."""
    sys.setprofile(None)
    profile = Recorder()
    _threads.append((threading.current_thread().name, profile))
    profile.enable()


class Profiled:
    """The service, plus the two paths that start and stop the recording."""

    def __init__(self) -> None:
        threading.setprofile(_record_thread)
        from backend.app.main import app  # after the hook: opening starts threads, importing does not

        self._app = app
        self._loop = Recorder()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] == PROFILE_BEGIN:
            await _answer(send, "")
            self._loop.enable()
        elif scope["type"] == "http" and scope["path"] == PROFILE_END:
            self._loop.disable()
            await _answer(send, self._report())
        else:
            await self._app(scope, receive, send)

    def _report(self) -> str:
        """Return the functions that took the most time, for the event loop and each kind of thread."""
        groups: dict[str, list[Recorder]] = {"the event loop": [self._loop]}
        for name, profile in _threads:
            kind = re.sub(r"[-_]?[0-9]+$", "", name)
            if kind.startswith("valhalla"):  # the other threads served the startup
                groups.setdefault(f"threads {kind}", []).append(profile)
        return "\n".join(_table(name, profiles) for name, profiles in groups.items())


def _table(name: str, profiles: list[Recorder]) -> str:
    out = io.StringIO()
    stats: pstats.Stats | None = None
    for profile in profiles:
        profile.create_stats()
        if not profile.stats:  # an idle thread, which pstats refuses
            continue
        if stats is None:
            stats = pstats.Stats(profile, stream=out)
        else:
            stats.add(profile)
    if stats is None:
        return f"=== {name} ({len(profiles)}) had nothing to do ===\n"
    stats.sort_stats("tottime").print_stats(TOP)
    text = out.getvalue()
    for place in _PLACES:
        text = text.replace(f"{place}/", "")
    return f"=== {name} ({len(profiles)}) ===\n{text.strip()}\n"


async def _answer(send: Send, text: str) -> None:
    body = text.encode()
    head = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": 200, "headers": head})
    await send({"type": "http.response.body", "body": body})


app = Profiled()
