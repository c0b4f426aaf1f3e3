"""A file that a command writes for the user, and that never replaces another one unasked.

Rules, checked before the work starts:

- A user-given name is refused if it exists, unless it may be replaced. The old file stays until the new content is
  complete.
- A default name that exists is numbered: `rows.csv.rejected-2.csv`.
- A file that the same command also reads or writes is always refused, under any path or link.

Content goes to a temporary file in the same directory, which is renamed at the end in one step that fails if the name
was taken meanwhile. A killed process leaves the temporary file. The next process that writes the same name deletes it.
"""

import errno
import os
import re
import secrets
import stat
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import IO

from backend.app.kit.errors import BadInput, Conflict, StoreFull, StoreUnavailable
from backend.app.kit.file_lock import try_lock

MAX_NUMBERED = 100_000
"""Highest number of a default name."""

_MAX_NAME = 200
"""Bytes. Longer names get a temporary file with a shorter name, because names are limited to 255 bytes."""

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@dataclass(frozen=True, slots=True)
class OutputFile:
    """A file to be written. Made by `named_file` or `default_file`, which check it.

    `path` is the name as the user gave it, possibly a link. `target` is the file that it leads to.
    """

    path: Path
    target: Path
    replace: bool = False
    numbered: bool = False

    def names(self) -> Iterator[Path]:
        """Yield the names that the file may get: its own, then numbered ones."""
        yield self.path
        for number in range(2, MAX_NUMBERED):
            yield self.path.with_name(f"{self.path.stem}-{number}{self.path.suffix}")


def named_file(
    path: Path, *, replace: bool = False, inputs: Iterable[Path] = (), others: Iterable[OutputFile] = ()
) -> OutputFile:
    """Check a user-given name. Raises BadInput, or Conflict if it exists and may not be replaced.

    `inputs` are files that the command reads or depends on, `others` are its other output files.
    """
    found = OutputFile(path, _resolved(path), replace=replace)
    _check_directory(found)
    for each in inputs:
        if _is_same(found.target, each):
            raise BadInput(
                f"{path} is the same file as {each}, which this command reads or writes; choose another name"
            )
    for other in others:
        if _is_same(found.target, other.target):
            raise BadInput(f"{path} and {other.path} are the same file; choose another name for one of them")
    if os.path.lexists(path):
        if found.target.exists() and not found.target.is_file():
            raise BadInput(f"{path} is not a regular file; choose another name")
        if not replace:
            raise Conflict(f"{path} already exists; choose another name, or --force to replace it")
    return found


def default_file(path: Path) -> OutputFile:
    """Check a default name, which is numbered if it exists. Raises BadInput."""
    found = OutputFile(path, path, numbered=True)
    _check_directory(found)
    return found


def _resolved(path: Path) -> Path:
    try:
        return Path(os.path.realpath(path))
    except (OSError, ValueError) as error:
        raise BadInput(f"{path} cannot be written: {_reason(error)}") from None


def _check_directory(found: OutputFile) -> None:
    path, parent = found.path, found.target.absolute().parent
    try:
        if not found.numbered and found.target.is_dir():
            raise BadInput(f"{path} is a directory; name a file")
        if not parent.is_dir():
            what = f"{parent} is not a directory" if parent.exists() else f"there is no directory {parent}"
            raise BadInput(f"{path} cannot be written: {what}")
        os.lstat(path)  # fails for a name that is too long or not valid on this system
    except FileNotFoundError:
        pass
    except (OSError, ValueError) as error:
        raise BadInput(f"{path} cannot be written: {_reason(error)}") from None
    if not os.access(parent, os.W_OK | os.X_OK):
        raise BadInput(f"{path} cannot be written: {parent} is not writable")


def _is_same(one: Path, other: Path) -> bool:
    """Return whether two names lead to the same file, by path, symbolic link or hard link."""
    with suppress(OSError):
        if one.samefile(other):
            return True
    return os.path.realpath(one) == os.path.realpath(other)


def _reason(error: OSError | ValueError) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)


# Writing


class NewFile:
    """Content of an output file in progress, in a temporary file that only this process writes.

    Close it with `place` or `discard`. Raises OSError.
    """

    def __init__(self, output: OutputFile, mode: int = 0o666) -> None:
        self._output, self._mode = output, mode
        self._at = output.target if output.replace else output.path
        _remove_leftovers(self._at)
        self.temp = self._at.with_name(f".{_stem(self._at)}.{secrets.token_hex(4)}.tmp")
        self.descriptor = os.open(self.temp, os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), mode)
        _lock(self.descriptor)

    def place(self) -> Path:
        """Rename the file to its final name and return that.

        Raises Conflict if another process took a user-given name.
        """
        if os.name == "nt":  # Windows cannot rename an open file
            self._close()
        if self._output.replace:
            self._keep_permissions()
            self.temp.replace(self._at)
            found = self._output.path
        else:
            found = self._claimed()
        self._close()
        sync_folder(self._at.parent)
        if found != self._output.path and not self._output.numbered:
            raise Conflict(
                f"{self._output.path} was created by another process in the meantime; the content is in {found}"
            )
        return found

    def _claimed(self) -> Path:
        for name in self._output.names():
            if _claim(self.temp, name):
                return name
        raise FileExistsError(errno.EEXIST, "there are too many files of that name", str(self._output.path))

    def discard(self) -> None:
        """Remove the temporary file, if it still exists."""
        self._close()
        self.temp.unlink(missing_ok=True)

    def _keep_permissions(self) -> None:
        """Restrict the new file to the permissions of the file that it replaces, which may be private."""
        with suppress(FileNotFoundError):
            self.temp.chmod(stat.S_IMODE(self._at.stat().st_mode) & self._mode)

    def _close(self) -> None:
        if self.descriptor >= 0:
            os.close(self.descriptor)
            self.descriptor = -1


@contextmanager
def whole_file(output: OutputFile, *, private: bool = False) -> Iterator[Path]:
    """Yield a path to write to. When the block ends, its content becomes the file atomically.

    A private file is readable only by its owner. Raises StoreFull, StoreUnavailable and Conflict.
    """
    try:
        new = NewFile(output, 0o600 if private else 0o666)
        try:
            yield new.temp
            new.place()
        finally:
            new.discard()
    except OSError as error:
        failed = no_room(error, output.path)
        raise failed or StoreUnavailable(f"{output.path} cannot be written: {error.strerror}") from error


def write_text(output: OutputFile, text: str) -> None:
    """Write the whole file. Raises what `whole_file` raises."""
    with whole_file(output) as temp:
        temp.write_text(text, encoding="utf-8")


def open_new(output: OutputFile) -> IO[str]:
    """Create the file, or a numbered one, for writing line by line. Raises OSError."""
    for name in output.names():
        with suppress(FileExistsError):
            return name.open("x", encoding="utf-8")
    raise FileExistsError(errno.EEXIST, "there are too many files of that name", str(output.path))


def no_room(error: OSError, path: Path) -> StoreFull | None:
    """Return the error to raise for a full disk; None for any other error."""
    return StoreFull(f"there is no room for {path}: make room and try again") if error.errno in _FULL else None


def sync_folder(folder: Path) -> None:
    """Sync the directory entries of a folder to disk, where the system supports it."""
    if hasattr(os, "O_DIRECTORY"):
        descriptor = os.open(folder, os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _claim(temp: Path, name: Path) -> bool:
    """Move the temporary file to an unused name. Return False if the name is taken."""
    try:
        os.link(temp, name, follow_symlinks=False)
    except FileExistsError:
        return False
    except OSError:  # no hard links: an empty file reserves the name until the content is moved there
        try:
            os.close(os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        except FileExistsError:
            return False
        temp.replace(name)
        return True
    temp.unlink()
    return True


def _stem(path: Path) -> str:
    name = path.name.removeprefix(".")
    return name if len(os.fsencode(name)) <= _MAX_NAME else blake2b(os.fsencode(name), digest_size=16).hexdigest()


def _remove_leftovers(path: Path) -> None:
    """Remove temporary files of killed processes. Those of running processes are locked."""
    ours = re.compile(rf"\.{re.escape(_stem(path))}\.[0-9a-f]+\.tmp")
    for temp in _matching(path.absolute().parent, ours):
        with suppress(OSError):
            descriptor = os.open(temp, os.O_RDWR | getattr(os, "O_NOFOLLOW", 0))
            try:
                if _lock(descriptor):
                    temp.unlink()
            finally:
                os.close(descriptor)


def _matching(folder: Path, pattern: re.Pattern[str]) -> Sequence[Path]:
    with os.scandir(folder) as entries:
        return [Path(each.path) for each in entries if pattern.fullmatch(each.name) and each.is_file()]


def _lock(descriptor: int) -> bool:
    """Lock an open file for this process. Windows locks would prevent others from writing, so there are none."""
    return os.name == "nt" or try_lock(descriptor)
