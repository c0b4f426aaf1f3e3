"""Commands in a process with fewer rights: `python -m … READ_ONLY_DIRECTORY COMMANDS`, both as JSON.

Either the directory is on a disk that is mounted read-only, for this process alone, or it is null, and root gives away
its right to ignore permissions. The process does itself what `unshare`, `mount` and `setpriv` do, so that it may be
forked from one that has loaded the application.
"""

import ctypes
import json
import os
import subprocess
import sys
from pathlib import Path

from typer.testing import CliRunner

_NEW_MOUNTS, _NEW_USERS = 0x00020000, 0x10000000  # sched.h
_PRIVATE, _RECURSIVE = 0x40000, 0x4000  # sys/mount.h
_VERSION_3 = 0x20080522  # linux/capability.h
_OVERRIDE, _READ_AND_SEARCH = 1, 2


def mount_read_only(directory: str) -> None:
    """Mount the directory read-only over itself, as root of separate namespaces of users and mounts."""
    user, group = os.geteuid(), os.getegid()
    libc = ctypes.CDLL(None, use_errno=True)
    _check(libc.unshare(_NEW_USERS | _NEW_MOUNTS))
    for name, text in (("setgroups", "deny"), ("uid_map", f"0 {user} 1"), ("gid_map", f"0 {group} 1")):
        Path("/proc/self", name).write_text(text)
    _check(libc.mount(b"none", b"/", None, _PRIVATE | _RECURSIVE, None))
    subprocess.run(["mount", "--bind", directory, directory], check=True)
    subprocess.run(["mount", "-o", "remount,bind,ro,nosuid,nodev", directory], check=True)


def obey_permissions() -> None:
    """Give away the rights to read and write what permissions forbid, if this is root."""
    if os.geteuid() != 0:
        return
    libc = ctypes.CDLL(None, use_errno=True)
    header = (ctypes.c_uint32 * 2)(_VERSION_3, 0)
    rights = (ctypes.c_uint32 * 6)()  # effective, permitted and inheritable, twice
    _check(libc.capget(header, rights))
    for place in range(3):
        rights[place] &= ~(1 << _OVERRIDE | 1 << _READ_AND_SEARCH)
    _check(libc.capset(header, rights))


def _check(status: int) -> None:
    if status:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def main(directory: str | None, commands: list[list[str]]) -> None:
    """Print exit status, output and exception of each command, one line of JSON each."""
    if directory is None:
        obey_permissions()
    else:
        mount_read_only(directory)
    from backend.app.cli.commands import app

    for command in commands:
        done = CliRunner().invoke(app, command, env={"COLUMNS": "200"})
        sys.stdout.write(json.dumps([done.exit_code, done.stdout, done.stderr, str(done.exception or "")]) + "\n")


if __name__ == "__main__":
    main(*map(json.loads, sys.argv[1:]))
