"""Processes that have the store open, and the one that writes its JSON files."""

import os
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from backend.app.doctor.findings import Finding, note, ok
from backend.app.kit.file_lock import IN_USE, LOCK_FILES, MIRROR, OPENING, holders, is_held, try_lock


@dataclass(frozen=True, slots=True)
class HeldLocks:
    """Locks that are currently held on a data directory, and by which processes if the system lists them."""

    opening: bool
    in_use: bool
    mirror: bool
    by: dict[str, list[int]]

    def who(self, name: str) -> str:
        """Return `process 12`, `processes 12, 13` or `another process`."""
        pids = self.by.get(name, [])
        if not pids:
            return "another process"
        return f"process{'es' if len(pids) > 1 else ''} {', '.join(map(str, pids))}"


def held(root: Path) -> HeldLocks:
    """Return the held locks without creating or changing their files."""
    by = {name: holders(root / name) for name in LOCK_FILES}
    with ExitStack() as guard:
        opening = not _guarded(root, guard)  # a process that opens the store tests IN_USE under this lock
        in_use = bool(by[IN_USE]) or (not opening and is_held(root / IN_USE))
    return HeldLocks(opening, in_use, bool(by[MIRROR]) or is_held(root / MIRROR), by)


def _guarded(root: Path, guard: ExitStack) -> bool:
    try:
        return try_lock(guard.enter_context((root / OPENING).open()))
    except OSError:
        return True


def check(root: Path, found: HeldLocks, *, mirrored: bool = True) -> Iterator[Finding]:
    if found.opening:
        yield note("locks", f"{found.who(OPENING)} is opening the store now", "run the doctor again in a moment")
    users = sorted({pid for pids in found.by.values() for pid in pids})
    if found.in_use or found.mirror:
        who = HeldLocks(False, False, False, {"": users}).who("")
        does = f"; {found.who(MIRROR)} writes the JSON files" if found.mirror and mirrored else ""
        yield ok("locks", f"{who} has the store open{does}")
        return
    files = [name for name in LOCK_FILES if os.path.exists(root / name)]  # noqa: PTH110 - also without read permission
    remain = f"; locks end with their process, so the files {', '.join(files)} may stay" if files else ""
    yield ok("locks", f"no process has the store open{remain}")
