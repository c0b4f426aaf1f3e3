"""Note beside the JSON files: the store they belong to, their height, and their digests."""

import json
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from backend.app.kit.json_mirror import json_files

MEMORY = ".mirror.json"
"""File name of the note."""

UNREADABLE = (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError)
"""Raised by a note that is damaged: too deeply nested and infinite numbers included."""


@dataclass(slots=True)
class Memory:
    """Note of the mirror for its next holder.

    `digests`: digests of each file as it is and as it will be. `height`: height of the store when a file was last
    written. `in_step`: schema and feed mark, if all files were left in step. `outdated_since`: when the mirror was
    turned off; the files lack later changes until all of them are written again.
    """

    store: str
    height: int = 0
    in_step: tuple[str, str] | None = None
    digests: dict[str, list[str]] = field(default_factory=dict)
    outdated_since: str | None = None

    @classmethod
    def load(cls, path: Path, store: str) -> "Memory":
        """Load the note. An unreadable note, or one of another store, counts as empty: then no file is known."""
        try:
            found = json.loads(path.read_bytes())
            if found["store"] != store:
                return cls(store)
            digests = {str(name): [str(digest) for digest in known] for name, known in found["files"].items()}
            schema, mark = found["in_step"] or (None, None)
            in_step = (str(schema), str(mark)) if schema else None
            return cls(store, int(found["height"]), in_step, digests, _outdated_since(found))
        except UNREADABLE:
            return cls(store)

    def save(self, path: Path) -> None:
        temp = json_files.temp_of(path)
        found = {"store": self.store, "height": self.height, "in_step": self.in_step, "files": self.digests}
        if self.outdated_since is not None:
            found["outdated_since"] = self.outdated_since
        temp.write_text(json.dumps(found))
        temp.replace(path)

    def note_current(self, path: Path, waiting: list[str]) -> None:
        """Note that the files are no longer outdated, once none of them waits to be written."""
        if self.outdated_since is not None and not waiting:
            self.outdated_since = None
            self.save(path)


def _outdated_since(found: dict[str, Any]) -> str | None:
    since = found.get("outdated_since")
    return str(since) if since else None


MAX_HEIGHT = 2**53
"""Largest number of audit events that is believed."""


@dataclass(frozen=True, slots=True)
class MirrorMark:
    """Id of the store that the JSON files belong to, and its number of audit events.

    Both are None if they cannot be read.
    """

    store: str | None
    height: int | None


def request_rewrite(root: Path) -> None:
    """Make the next holder of the mirror write every file."""
    path = root / MEMORY
    with suppress(*UNREADABLE):
        memory = Memory.load(path, json.loads(path.read_bytes())["store"])
        memory.in_step = None
        memory.save(path)


def read_mark(root: Path) -> MirrorMark | None:
    """Return the mark of the JSON files in a directory; None without a note, or for a store without events."""
    try:
        found = json.loads((root / MEMORY).read_bytes())
        mark = MirrorMark(str(found["store"]), int(found["height"]))
        if not 0 <= (mark.height or 0) <= MAX_HEIGHT:
            return MirrorMark(None, None)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except UNREADABLE:
        return MirrorMark(None, None)
    return mark if mark.height else None


def outdated_since(root: Path) -> str | None:
    """Return the time after which the JSON files in a directory lack changes, or None if they are current.

    Outdated files are no copy of the store: nothing that a database has lost comes from them unasked.
    """
    try:
        return _outdated_since(json.loads((root / MEMORY).read_bytes()))
    except UNREADABLE:
        return None


def missing_files(root: Path) -> set[str]:
    """Return the JSON files that the note names and the directory lacks."""
    try:
        found = json.loads((root / MEMORY).read_bytes())["files"]
        return {str(name) for name in found if not (root / str(name)).exists()}
    except UNREADABLE:
        return set()
