"""Check of the file system under a SQLite database: on a network file system, SQLite can lose data.

Locks and the shared memory of the write-ahead log are not reliable there (https://sqlite.org/wal.html, section 9).
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from backend.app.doctor.findings import Finding, note
from backend.app.settings import Settings

MOUNTS = Path("/proc/self/mountinfo")

NETWORK = frozenset(
    {
        *("nfs", "nfs4", "cifs", "smb3", "smbfs", "smbnetfs", "ncpfs", "afpfs", "afs", "kafs", "coda", "9p"),
        *("drvfs", "ceph", "lustre", "gpfs", "beegfs", "glusterfs", "orangefs", "pvfs2", "moosefs", "mfs"),
        *("lizardfs", "seaweedfs", "juicefs", "davfs", "davfs2", "curlftpfs", "sshfs", "s3fs", "rclone"),
        *("goofys", "geesefs", "gcsfuse", "blobfuse", "blobfuse2", "mountpoint-s3", "vboxsf", "prl_fs"),
        *("vmhgfs", "vmhgfs-fuse", "virtiofs"),
    }
)
"""Types of network file systems, and of folders that a host shares with its virtual machines; without `fuse.`."""

_ESCAPE = re.compile(r"\\([0-7]{3})")


@dataclass(frozen=True, slots=True)
class Mount:
    """A mount of this process. `parent` is the mount that its mount point is on."""

    id: str
    parent: str
    point: str
    kind: str


def check(settings: Settings, mounts: Path = MOUNTS) -> Iterator[Finding]:
    """Yield a note if the SQLite database is on a network file system; nothing where that is unknown."""
    if settings.database_url:
        return
    try:
        folder = settings.sqlite_path.resolve().parent
        kind = type_under(str(folder), read_mounts(mounts.read_text("utf-8", "surrogateescape").splitlines()))
    except (OSError, RuntimeError):  # RuntimeError: a loop of links
        return
    if kind is not None and kind.removeprefix("fuse.") in NETWORK:
        yield note(
            "disk",
            f"the SQLite database is on a network file system ({kind}), where it can lose data",
            "move the data directory to a local disk, or use PostgreSQL",
        )


def read_mounts(lines: Iterable[str]) -> list[Mount]:
    """Parse the lines of /proc/self/mountinfo (proc(5)); lines in another form are left out."""
    found = []
    for line in lines:
        head, separator, tail = line.partition(" - ")
        fields, kinds = head.split(" "), tail.split(" ")
        if separator and len(fields) >= 6:
            found.append(Mount(fields[0], fields[1], _unescaped(fields[4]), kinds[0]))
    return found


def type_under(path: str, mounts: list[Mount]) -> str | None:
    """Return the type of the file system that an absolute path is on, or None.

    From the root, each step goes to the first mount point along the path, so a mount that another one hides does not
    count.
    """
    known = {mount.id for mount in mounts}
    current = next((mount for mount in mounts if mount.point == "/" and mount.parent not in known), None)
    seen = set[str]()
    while current is not None and current.id not in seen:
        seen.add(current.id)
        on_it = [m for m in mounts if m.parent == current.id and m.id not in seen and _is_under(path, m.point)]
        following = min(on_it, key=lambda mount: len(mount.point), default=None)
        if following is None:
            return current.kind
        current = following
    return None


def _is_under(path: str, point: str) -> bool:
    return point == "/" or path == point or path.startswith(f"{point}/")


def _unescaped(point: str) -> str:
    return _ESCAPE.sub(lambda found: chr(int(found[1], 8)), point)
