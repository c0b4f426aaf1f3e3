"""Change log next to the JSON files."""

import os
import time
from pathlib import Path

import pytest

from backend.app.kit.json_mirror import change_log
from backend.app.kit.json_mirror.change_log import ChangeLog


def _files(root: Path) -> list[Path]:
    return sorted((root / change_log.FOLDER).iterdir())


def test_changes_are_read_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(change_log, "ROLL_BYTES", 30)
    log = ChangeLog(tmp_path)
    changes = [("deals", f'{{"id":"deal_{number}"}}') for number in range(20)]
    for number in range(0, 20, 2):
        log.append(changes[number : number + 2])
    log.close()
    assert len(_files(tmp_path)) > 1
    assert list(change_log.read(tmp_path)) == changes


def test_changes_of_two_processes_are_merged(tmp_path: Path) -> None:
    one, other = ChangeLog(tmp_path), ChangeLog(tmp_path)
    one.append([("deals", '{"id":"deal_1"}')])
    other.append([("deals", '{"id":"deal_2"}')])
    assert sorted(change_log.read(tmp_path)) == [("deals", '{"id":"deal_1"}'), ("deals", '{"id":"deal_2"}')]
    one.close()
    other.close()


def test_incomplete_line_is_skipped(tmp_path: Path) -> None:
    log = ChangeLog(tmp_path)
    log.append([("deals", '{"id":"deal_1"}'), ("deals", '{"id":"deal_2"}')])
    log.close()
    (path,) = _files(tmp_path)
    path.write_bytes(path.read_bytes()[:-5])
    assert list(change_log.read(tmp_path)) == [("deals", '{"id":"deal_1"}')]


def test_full_disk_truncates_only_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = ChangeLog(tmp_path)
    log.append([("deals", '{"id":"deal_1"}')])
    write = os.write
    monkeypatch.setattr(os, "write", lambda descriptor, data: write(descriptor, data[:9]))
    log.append([("deals", '{"id":"deal_2"}')])

    def full(descriptor: int, data: bytes) -> int:
        raise OSError("no space left")

    monkeypatch.setattr(os, "write", full)
    log.append([("deals", '{"id":"deal_3"}')])
    monkeypatch.setattr(os, "write", write)
    log.append([("deals", '{"id":"deal_4"}')])
    log.close()
    assert list(change_log.read(tmp_path)) == [("deals", '{"id":"deal_1"}'), ("deals", '{"id":"deal_4"}')]


def test_changes_long_in_the_json_files_are_deleted(tmp_path: Path) -> None:
    log = ChangeLog(tmp_path)
    log.append([("deals", "{}")])
    (path,) = _files(tmp_path)
    old = time.time() - change_log.RETENTION_S - 10
    os.utime(path, (old, old))
    log.drop(covered_until=time.time())
    assert path.exists(), "it is still being written"
    log.close()
    log.drop(covered_until=old - 5)
    assert path.exists(), "the JSON files do not hold it yet"
    log.drop(covered_until=time.time())
    assert not path.exists()


def test_recent_changes_are_kept_for_running_archives(tmp_path: Path) -> None:
    log = ChangeLog(tmp_path)
    log.append([("deals", "{}")])
    log.close()
    (path,) = _files(tmp_path)
    recent = time.time() - 60
    os.utime(path, (recent, recent))
    log.drop(covered_until=time.time())
    assert path.exists()


def test_oldest_changes_are_deleted_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(change_log, "ROLL_BYTES", 1)
    monkeypatch.setattr(change_log, "RETENTION_BYTES", 50)
    log = ChangeLog(tmp_path)
    for number in range(10):
        log.append([("deals", f'{{"id":{number}}}')])
    log.close()
    for path in _files(tmp_path):
        os.utime(path, (time.time() - 60, time.time() - 60))
    log.drop(covered_until=time.time())
    assert list(change_log.read(tmp_path)) == [("deals", '{"id":7}'), ("deals", '{"id":8}'), ("deals", '{"id":9}')]
