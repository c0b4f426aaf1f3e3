"""Checks of the data directory: existence, permissions, owner, and free disk space."""

import os
import shlex
import shutil
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from backend.app.doctor.findings import NEXT_START_FIXES, Finding, Remedy, bad, note, ok
from backend.app.kit.db import sqlite_file
from backend.app.kit.file_lock import LOCK_FILES
from backend.app.kit.json_mirror import change_log
from backend.app.kit.json_mirror.mirror_note import MEMORY
from backend.app.kit.text import list_names
from backend.app.settings import Settings
from backend.app.store_tables import TABLES

LOW_DISK_BYTES = 500_000_000
MAX_NAMED = 5
"""Most file names in one sentence."""

MAX_WIDTH = 300
"""Most characters of a file name or a difference in a sentence."""


def check(settings: Settings) -> Iterator[Finding]:
    yield _directory(settings)
    yield from _shapes(settings)
    yield _disk(settings)


def _directory(settings: Settings) -> Finding:
    subject, root = "directory", settings.data_dir_absolute
    if not os.path.lexists(root):
        return _missing(root)
    if not root.is_dir():
        return bad(subject, f"{root} is not a directory", "move it away, or set VALHALLA_DATA_DIR to another path")
    if not os.access(root, os.R_OK | os.W_OK | os.X_OK):
        return bad(subject, f"{root} cannot be written by {_user()}", f"grant write permission; {_ownership(root)}")
    if owner := foreign_owner(root):
        return note(
            subject,
            f"{root} belongs to {owner}, but this command runs as root",
            f"run valhalla as {owner}: other users cannot use files that root creates",
        )
    if unwritable := [path for path in _existing_paths(settings) if not os.access(path, os.R_OK | os.W_OK)]:
        return bad(
            subject,
            f"{_user()} cannot write {names(unwritable, root)}",
            f"grant write permission; {_ownership(unwritable[0])}",
        )
    if root.stat().st_mode & stat.S_IWOTH:
        return note(subject, f"every user of this machine can write to {root}", f"chmod o-w {shlex.quote(str(root))}")
    if root.stat().st_mode & (stat.S_IROTH | stat.S_IXOTH):
        sentence = f"every user of this machine can read the records and the password hashes in {root}"
        return note(subject, sentence, f"chmod o-rwx {shlex.quote(str(root))}")
    return ok(subject, f"{root} can be written by {_user()}")


def _shapes(settings: Settings) -> Iterator[Finding]:
    """Yield files in place of folders, folders in place of files, and dangling symbolic links."""
    root = settings.data_dir_absolute
    folders, files = _expected_paths(settings)
    for path, fits in (*((path, path.is_dir) for path in folders), *((path, path.is_file) for path in files)):
        with suppress(PermissionError):  # another finding reports it
            if os.path.lexists(path) and not fits():
                yield bad("directory", f"{path.relative_to(root)} {_fault_of(path, path in folders)}", "move it away")


def _fault_of(path: Path, folder: bool) -> str:
    if path.is_symlink() and not path.exists():
        return f"is a symbolic link to {path.readlink()}, which does not exist"
    return "is not a folder" if folder else "is not a file"


def _missing(root: Path) -> Finding:
    above = _existing_parent(root)
    if not above.is_dir() or not os.access(above, os.W_OK | os.X_OK):
        return bad(
            "directory",
            f"{root} does not exist, and {_user()} cannot create it in {above}",
            f"grant write permission for {above}",
        )
    return note("directory", f"{root} does not exist yet", NEXT_START_FIXES, Remedy("directory", f"creates {root}"))


def foreign_owner(root: Path) -> str | None:
    """Return the owner if root runs this on another user's directory, who could not use files that root creates."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0 or not root.exists() or root.stat().st_uid == 0:
        return None
    return _owner(root)


def _disk(settings: Settings) -> Finding:
    free = shutil.disk_usage(_existing_parent(settings.data_dir_absolute)).free
    sentence = f"{free / 1e9:.1f} GB free on the disk of the data directory"
    if free > LOW_DISK_BYTES:
        return ok("disk", sentence)
    return bad("disk", sentence, f"free disk space: less than {LOW_DISK_BYTES // 1_000_000} MB is left")


def _existing_parent(path: Path) -> Path:
    """Return the path, or its closest existing parent."""
    while not path.exists():
        path = path.parent
    return path


def _existing_paths(settings: Settings) -> list[Path]:
    """Return the existing files and folders that the service must be able to write."""
    folders, files = _expected_paths(settings)
    stored = [] if settings.database_url else sqlite_file.parts(settings.sqlite_path.absolute())
    return [path for path in dict.fromkeys((*stored, *files, *folders)) if _exists(path)]


def _expected_paths(settings: Settings) -> tuple[list[Path], list[Path]]:
    """Return the folders and the files of the service."""
    root = settings.data_dir_absolute
    files = [root / table.file for table in TABLES]
    notes = [root / name for name in (*LOCK_FILES, MEMORY, sqlite_file.NOTE)]
    folders = sorted({path.parent for path in files} | {root / change_log.FOLDER})
    path = settings.sqlite_path.absolute()
    databases = [] if settings.database_url else [path, sqlite_file.rebuilt_path(path)]
    return folders, [*notes, *files, *databases]


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except PermissionError:
        return False  # its folder is reported instead


def names(paths: list[Path], root: Path) -> str:
    """Return the paths relative to the data directory, the first few of them."""
    return list_names([path.relative_to(root).as_posix() for path in paths], MAX_NAMED, MAX_WIDTH)


def _user() -> str:
    from backend.app.core_gov.access.system_user import system_user

    return system_user()


def _owner(path: Path) -> str:
    try:
        return path.owner()
    except (KeyError, NotImplementedError):  # an id without a name; a system without file owners
        return f"user {path.stat().st_uid}"


def _ownership(path: Path) -> str:
    return f"it belongs to {_owner(path)} ({stat.filemode(path.stat().st_mode)})"
