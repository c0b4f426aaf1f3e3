"""The note beside the JSON files: whose copy they are, how far they have come, and what they were when written."""

import json
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from backend.app.kit.json_mirror import json_files

MEMORY = ".mirror.json"
"""Beside the JSON files: whose copy they are, and how far they have come."""


@dataclass(slots=True)
class Memory:
    """What the mirror noted beside the files, for whoever holds it next.

    `digests` are those of each file as it is and as it will be, `height` is where the store stood when a file was
    last written. `in_step` stands when all of them were left in step: the schema and the mark of the feed.
    """

    store: str
    height: int = 0
    in_step: tuple[str, str] | None = None
    digests: dict[str, list[str]] = field(default_factory=dict)

    @classmethod
    def load(cls, path: Path, store: str) -> "Memory":
        """An unreadable one, or another store's, is as good as none: no file is known then."""
        try:
            found = json.loads(path.read_bytes())
            if found["store"] != store:
                return cls(store)
            digests = {str(name): [str(digest) for digest in known] for name, known in found["files"].items()}
            schema, mark = found["in_step"] or (None, None)
            return cls(store, int(found["height"]), (str(schema), str(mark)) if schema else None, digests)
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return cls(store)

    def save(self, path: Path) -> None:
        temp = json_files.temp_of(path)
        found = {"store": self.store, "height": self.height, "in_step": self.in_step, "files": self.digests}
        temp.write_text(json.dumps(found, indent=0))
        temp.replace(path)


@dataclass(frozen=True, slots=True)
class MirrorMark:
    """What the JSON files say of the store that they are a copy of: its id, and how many audit events it had.

    Both are None if that cannot be read.
    """

    store: str | None
    height: int | None


def forget_in_step(root: Path) -> None:
    """Have whoever holds the mirror next write every file, however they were left."""
    path = root / MEMORY
    with suppress(OSError, ValueError, KeyError, TypeError):
        memory = Memory.load(path, json.loads(path.read_bytes())["store"])
        memory.in_step = None
        memory.save(path)


def read_mark(root: Path) -> MirrorMark | None:
    """The mark of the JSON files in a directory; None if they are no copy of a store, or of one without events."""
    try:
        found = json.loads((root / MEMORY).read_bytes())
        mark = MirrorMark(str(found["store"]), int(found["height"]))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError, KeyError, TypeError):
        return MirrorMark(None, None)
    return mark if mark.height else None
