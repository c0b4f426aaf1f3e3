"""Directory of the demo. The demo creates and marks it, and writes to and removes no other.

The marker is the first file created and the last one deleted. It records the state of the demo. Building or removing
the demo locks the marker, which distinguishes a build in progress from one that was killed.
"""

import json
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, Any, Literal

from backend.app.bootstrap import DEMO
from backend.app.kit.errors import StartError
from backend.app.kit.file_lock import LOCK_FILES, try_lock

State = Literal["absent", "unfinished", "finished"]


def place_of(data_dir: Path, wanted: Path | None) -> Path:
    """Return the demo's directory: as given, or next to the data directory. Raises StartError if the two overlap."""
    data = data_dir.expanduser().resolve()
    root = (wanted.expanduser() if wanted else data.parent / f"{data.name}-demo").resolve()
    if any(_same(place, data) for place in (root, *root.parents)):
        raise StartError(f"{root} is, or is inside, the data directory {data}, which is for real records; {_ELSEWHERE}")
    if any(_same(place, root) for place in data.parents):
        raise StartError(f"the data directory {data}, which is for real records, is inside {root}; {_ELSEWHERE}")
    return root


_ELSEWHERE = "choose another directory for the demo with --dir"


def _same(one: Path, other: Path) -> bool:
    """Return whether both are the same directory. Works on case-insensitive file systems too."""
    return one == other or (one.exists() and other.exists() and one.samefile(other))


def state_of(root: Path) -> State:
    """Return the state of the demo in a directory. Raises StartError if the directory holds anything else."""
    with _os_errors(root):
        if not root.exists() or (root.is_dir() and not any(root.iterdir())):
            return "absent"
        if not (root / DEMO).is_file():
            raise StartError(f"{root} exists and was not created by `valhalla demo`; nothing was changed; {_ELSEWHERE}")
        return "finished" if facts_of(root) else "unfinished"


def facts_of(root: Path) -> dict[str, Any]:
    """Return the facts in the marker of a finished demo, or an empty dict if it is not finished."""
    try:
        found = json.loads((root / DEMO).read_text())
    except ValueError:  # the process was killed while writing it
        return {}
    complete = (
        isinstance(found, dict) and found.get("state") == "finished" and {"records", "busiest_partner"} <= found.keys()
    )
    return found if complete else {}


@contextmanager
def building(root: Path) -> Iterator[dict[str, Any]]:
    """Lock the directory, empty it and yield a dict of facts, which the marker records once the demo is built.

    If the block fails, everything it created is removed. Raises StartError if another process works in the directory.
    """
    state_of(root)
    with _os_errors(root):
        root.mkdir(parents=True, exist_ok=True)
    with _lock_marker(root) as marker:
        if facts_of(root):
            raise StartError(f"another process has built the demo in {root} in the meantime")
        with _os_errors(root), _exclusive(root):
            _empty(root, marker)
        facts: dict[str, Any] = {}
        try:
            yield facts
        except BaseException:
            _remove_all(root, marker)
            raise
        _write_marker(marker, {"state": "finished", **facts})


def remove(root: Path) -> None:
    """Remove the demo and its directory. Raises StartError if it is no demo, or in use."""
    if state_of(root) == "absent":
        raise StartError(f"there is no demo in {root}")
    with _lock_marker(root) as marker:
        _remove_all(root, marker)


def _remove_all(root: Path, marker: IO[str]) -> None:
    """Remove everything. If the process is killed midway, the marker says that the demo is unfinished."""
    with _os_errors(root), _exclusive(root):
        _empty(root, marker)
        for name in (*LOCK_FILES, DEMO):
            (root / name).unlink()
        root.rmdir()


def _empty(root: Path, marker: IO[str]) -> None:
    """Remove everything except the marker and the lock files."""
    _write_marker(marker, {"state": "unfinished"})
    for path in root.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        elif path.name not in {DEMO, *LOCK_FILES}:
            path.unlink()


@contextmanager
def _exclusive(root: Path) -> Iterator[None]:
    """Hold all lock files, so that no other process works in the directory. Raises StartError if one does."""
    with ExitStack() as held:
        for name in LOCK_FILES:
            if not try_lock(held.enter_context((root / name).open("a"))):
                raise StartError(f"{root} is in use by another process, such as `valhalla serve`; stop that first")
        yield


@contextmanager
def _lock_marker(root: Path) -> Iterator[IO[str]]:
    with _os_errors(root):
        marker = (root / DEMO).open("a+")
    with marker:
        if not try_lock(marker):
            raise StartError(f"another `valhalla demo` is running in {root}; wait until it finishes")
        yield marker


def _write_marker(marker: IO[str], facts: dict[str, Any]) -> None:
    marker.seek(0)
    marker.truncate()
    marker.write(json.dumps({"made_by": "valhalla demo", **facts}, indent=1) + "\n")
    marker.flush()


@contextmanager
def _os_errors(root: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StartError(f"{error.filename or root} cannot be used for the demo: {error.strerror}") from None
