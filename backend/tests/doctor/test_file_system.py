"""The doctor notices a network file system under SQLite, and says nothing where it does not know."""

from pathlib import Path

import pytest

from backend.app.doctor import file_system
from backend.app.doctor.file_system import NETWORK, read_mounts, type_under
from backend.app.settings import Settings
from backend.tests.promises import promise

MOUNTS = r"""
22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
23 22 0:20 / /proc rw,nosuid - proc proc rw
30 22 0:40 / /srv rw,relatime shared:2 master:1 - nfs4 files:/export rw,vers=4.2
31 30 8:2 / /srv/local rw - xfs /dev/sdb1 rw
32 22 0:41 / /mnt/my\040share rw - cifs //nas/data rw
33 22 0:42 / /mnt/remote rw shared:3 - fuse.sshfs dana@host:/ rw
34 22 0:43 / /hidden/below rw - nfs files:/hidden rw
35 22 8:3 / /hidden rw - ext4 /dev/sdc1 rw
36 22 0:44 / /twice rw - nfs files:/twice rw
37 36 8:4 / /twice rw - btrfs /dev/sdd1 rw
38 22 0:45 / /odd\134name rw - 9p C: rw
too short
39 22 0:46 / /unfinished rw
"""


def kind_of(path: str, text: str = MOUNTS) -> str | None:
    return type_under(path, read_mounts(text.splitlines()))


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/home/dana", "ext4"),
        ("/srv/valhalla/data", "nfs4"),
        ("/srv", "nfs4"),
        ("/srvx", "ext4"),
        ("/srv/local/data", "xfs"),
        ("/mnt/my share/data", "cifs"),
        ("/mnt/remote", "fuse.sshfs"),
        ("/hidden/below", "ext4"),
        ("/twice/data", "btrfs"),
        ("/odd\\name", "9p"),
        ("/unfinished", "ext4"),
    ],
)
def test_type_is_that_of_the_visible_mount(path: str, kind: str) -> None:
    assert kind_of(path) == kind


@pytest.mark.parametrize("text", ["", "nothing here", MOUNTS.replace("22 1 8:1 / / ", "22 1 8:1 / /other ")])
def test_type_is_unknown_without_a_root(text: str) -> None:
    assert kind_of("/srv", text) is None


@promise("Operations", "`valhalla doctor` notes a SQLite database on a network file system.")
@pytest.mark.parametrize("kind", ["nfs4", "cifs", "fuse.sshfs", "9p", "ext4", "fuse.mergerfs", "overlay"])
def test_sqlite_on_a_network_file_system_is_noted(tmp_path: Path, kind: str) -> None:
    mounts = tmp_path / "mountinfo"
    mounts.write_text(f"22 1 0:1 / / rw - overlay overlay rw\n30 22 0:40 / {tmp_path} rw shared:2 - {kind} x rw\n")
    settings = Settings(data_dir=tmp_path / "data")
    found = [finding.line for finding in file_system.check(settings, mounts)]
    sentence = f"the SQLite database is on a network file system ({kind}), where it can lose data"
    expected = [f"{sentence}: move the data directory to a local disk, or use PostgreSQL"]
    assert found == (expected if kind.removeprefix("fuse.") in NETWORK else [])
    assert list(file_system.check(settings.model_copy(update={"database_url": "postgresql://x"}), mounts)) == []


def test_nothing_is_said_without_a_list_of_mounts(tmp_path: Path) -> None:
    assert list(file_system.check(Settings(data_dir=tmp_path / "data"), tmp_path / "nothing")) == []
