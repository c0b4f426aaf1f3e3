"""The directory of temporary files: in memory where the machine allows it.

Every commit and every JSON file is written through to the disk, and a disk takes milliseconds for that: a third of the
time of the tests. They test what is written and in which order, not the disk.
"""

import os
import shutil
import tempfile
from pathlib import Path

MEMORY = Path("/dev/shm")
MIN_FREE = 2 << 30
"""Bytes that must be free: several times what a whole run leaves there."""


def put_in_memory() -> None:
    """Use /dev/shm for temporary files unless TMPDIR is set, space is short, or programs cannot be executed there."""
    if "TMPDIR" in os.environ or not MEMORY.is_dir() or not os.access(MEMORY, os.W_OK):
        return
    if shutil.disk_usage(MEMORY).free < MIN_FREE or os.statvfs(MEMORY).f_flag & os.ST_NOEXEC:
        return
    os.environ["TMPDIR"] = str(MEMORY)
    tempfile.tempdir = None  # determined again


def short_directory() -> str:
    """A socket's path has at most about a hundred characters: too few for the temporary directory of macOS."""
    usual = tempfile.gettempdir()
    return tempfile.mkdtemp(prefix="vh-", dir=usual if len(usual) < 20 or not Path("/tmp").is_dir() else "/tmp")
