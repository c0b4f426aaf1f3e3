"""Exclusive lock of the folder of a store, by its lock files."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO

from backend.app.kit.errors import Conflict, StoreUnavailable
from backend.app.kit.file_lock import try_lock


@contextmanager
def locked_folder(folder: Path, names: tuple[str, ...], *, to_read: bool = False) -> Iterator[None]:
    """Lock a folder exclusively for this process. If the block fails, the files created for the locks are deleted.

    For reading, only existing lock files are locked.
    """
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    wanted = [folder / name for name in names]
    made = [path for path in wanted if not path.exists()]
    try:
        with ExitStack() as stack:
            try:
                if not to_read:
                    folder.mkdir(parents=True, exist_ok=True)
                for path in wanted:
                    if not to_read or path.exists():
                        _take(stack.enter_context(path.open("r" if to_read else "a")), folder)
            except OSError as error:
                does = "read" if to_read else "written"
                raise StoreUnavailable(f"{folder} cannot be {does}: {error.strerror}") from None
            yield
    except BaseException:
        with suppress(OSError):
            if not to_read:
                _remove(made, missing)
        raise


def _remove(files: list[Path], folders: list[Path]) -> None:
    for path in files:
        path.unlink(missing_ok=True)
    for path in folders:
        path.rmdir()


def _take(file: IO[str], folder: Path) -> None:
    if not try_lock(file):
        raise Conflict(f"the store in {folder} is in use: stop the process that holds it first")
