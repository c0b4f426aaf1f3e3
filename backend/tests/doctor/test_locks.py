"""Locks that processes hold on the data directory."""

import os
from pathlib import Path

import pytest

from backend.app.doctor import locks
from backend.app.kit import file_lock
from backend.app.kit.file_lock import try_lock
from backend.tests.doctor.command import Doctor, hold_mirror


def test_process_that_is_opening_the_store_is_named(doctor: Doctor, full: Path) -> None:
    with (full / ".opening.lock").open("a") as lock:
        assert try_lock(lock)
        assert f"process {os.getpid()} is opening the store now" in doctor.one("locks")["sentence"]


def test_lock_holder_is_another_process_if_the_system_does_not_list_locks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file_lock, "_SYSTEM_LOCKS", tmp_path / "missing")
    with hold_mirror(tmp_path):
        found = locks.held(tmp_path)
        assert (found.mirror, found.in_use, found.who(file_lock.MIRROR)) == (True, False, "another process")
