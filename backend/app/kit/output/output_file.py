"""A file that a command writes for the user, and that never takes the place of another one unasked.

The rules, checked before the work starts:

- A name that the user gave is refused if it exists, unless it may be replaced. The old file stays until the new
  content is complete.
- A default name that exists is numbered: `sales.csv.rejected-2.csv`.
- A file that the same command reads, or writes too, is refused in any case, by whatever path or link it is named.

Content goes to a temporary file in the same directory and gets its name at the end, in one step that fails if the name
was taken meanwhile. A process that is killed leaves the temporary file, and the next one that writes the same name
removes it.
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

MOST_NUMBERED = 100_000
"""A default name is numbered up to here."""

_LONGEST_NAME = 200
"""Bytes. A longer name has a temporary file with a shorter one, because names end at 255 bytes."""

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@dataclass(frozen=True, slots=True)
class OutputFile:
    """A file that is to be written; made by `named_file` or `default_file`, which check it.

    `path` is the name as the user gave it, which may be a link; `target` is where it leads.
    """

    path: Path
    target: Path
    replace: bool = False
    numbered: bool = False

    def names(self) -> Iterator[Path]:
        """The names that the file may get: its own, then numbered ones."""
        yield self.path
        for number in range(2, MOST_NUMBERED):
            yield self.path.with_name(f"{self.path.stem}-{number}{self.path.suffix}")


def named_file(
    path: Path, *, replace: bool = False, inputs: Iterable[Path] = (), others: Iterable[OutputFile] = ()
) -> OutputFile:
    """Check a name that the user gave. Raises BadInput, or Conflict if it exists and may not be replaced.

    `inputs` are the files that the command reads or depends on, `others` the files that it writes besides this one.
    """
    found = OutputFile(path, _resolved(path), replace=replace)
    _check_directory(found)
    for each in inputs:
        if _is_same(found.target, each):
            raise BadInput(f"{path} is the same file as {each}, which this command works with; choose another name")
    for other in others:
        if _is_same(found.target, other.target):
            raise BadInput(f"{path} and {other.path} are the same file; choose another name for one of them")
    if os.path.lexists(path):
        if found.target.exists() and not found.target.is_file():
            raise BadInput(f"{path} is not a regular file; choose another name")
        if not replace:
            raise Conflict(f"{path} is there already; choose another name, or --force to replace it")
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
        os.lstat(path)  # fails for a name that is too long, or that the system does not take
    except FileNotFoundError:
        pass
    except (OSError, ValueError) as error:
        raise BadInput(f"{path} cannot be written: {_reason(error)}") from None
    if not os.access(parent, os.W_OK | os.X_OK):
        raise BadInput(f"{path} cannot be written: {parent} may not be written to")


def _is_same(one: Path, other: Path) -> bool:
    """Whether two names lead to one file, by path, symbolic link or hard link."""
    with suppress(OSError):
        if one.samefile(other):
            return True
    return os.path.realpath(one) == os.path.realpath(other)


def _reason(error: OSError | ValueError) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)


# Writing


class NewFile:
    """Content on its way to an output file, in a temporary file that only this process writes.

    Close it by `place` or `discard`. Raises OSError.
    """

    def __init__(self, output: OutputFile, mode: int = 0o666) -> None:
        self._output, self._mode = output, mode
        self._at = output.target if output.replace else output.path
        _remove_leftovers(self._at)
        self.temp = self._at.with_name(f".{_stem(self._at)}.{secrets.token_hex(4)}.tmp")
        self.descriptor = os.open(self.temp, os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), mode)
        _lock(self.descriptor)

    def place(self) -> Path:
        """Give the content its name, and return it. Raises Conflict if someone else took the name of the user."""
        if os.name == "nt":  # an open file cannot be renamed there
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
            raise Conflict(f"{self._output.path} was made by someone else meanwhile; what was written is in {found}")
        return found

    def _claimed(self) -> Path:
        for name in self._output.names():
            if _claim(self.temp, name):
                return name
        raise FileExistsError(errno.EEXIST, "there are too many files of that name", str(self._output.path))

    def discard(self) -> None:
        """Remove the temporary file, if there still is one."""
        self._close()
        self.temp.unlink(missing_ok=True)

    def _keep_permissions(self) -> None:
        """A file that is replaced was perhaps for its owner alone; the new one is no more open than it."""
        with suppress(FileNotFoundError):
            self.temp.chmod(stat.S_IMODE(self._at.stat().st_mode) & self._mode)

    def _close(self) -> None:
        if self.descriptor >= 0:
            os.close(self.descriptor)
            self.descriptor = -1


@contextmanager
def whole_file(output: OutputFile, *, private: bool = False) -> Iterator[Path]:
    """Yield a path to write to; what is there when the block ends becomes the file, whole or not at all.

    A private file may be read by its owner only. Raises StoreFull, StoreUnavailable and Conflict.
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
    """Create the file, or a numbered one, to write lines to as they come. Raises OSError."""
    for name in output.names():
        with suppress(FileExistsError):
            return name.open("x", encoding="utf-8")
    raise FileExistsError(errno.EEXIST, "there are too many files of that name", str(output.path))


def no_room(error: OSError, path: Path) -> StoreFull | None:
    """The failure to raise for a disk that is full; None for any other error."""
    return StoreFull(f"there is no room for {path}: make room and try again") if error.errno in _FULL else None


def sync_folder(folder: Path) -> None:
    """Bring the names in a folder to the disk, where the system can do that."""
    if hasattr(os, "O_DIRECTORY"):
        descriptor = os.open(folder, os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _claim(temp: Path, name: Path) -> bool:
    """Move the temporary file to a name that nobody has; returns False if somebody has it."""
    try:
        os.link(temp, name, follow_symlinks=False)
    except FileExistsError:
        return False
    except OSError:  # a file system without hard links: an empty file keeps the name until the content is moved there
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
    return name if len(os.fsencode(name)) <= _LONGEST_NAME else blake2b(os.fsencode(name), digest_size=16).hexdigest()


def _remove_leftovers(path: Path) -> None:
    """Remove temporary files of processes that were killed; those of running processes are locked."""
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
    """Lock an open file for this process. On Windows a lock would keep others from writing, so there is none."""
    return os.name == "nt" or try_lock(descriptor)
