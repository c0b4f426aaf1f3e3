"""Encrypted archives: made and read without plain text on the disk, and restored completely or not at all."""

import getpass
import io
import json
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyrage
import pytest

from backend.app.backups.audit_trail import verify_archived
from backend.app.backups.backup import backup, read_archive, record_backup
from backend.app.backups.restore import restore
from backend.app.bootstrap import open_store
from backend.app.kit.archive.age_keys import AgeRecipient, Identities, throwaway_pair
from backend.app.kit.errors import AppError, Conflict
from backend.app.kit.output.progress import ReportProgress
from backend.app.settings import Settings
from backend.tests.backups.quiet import quiet
from backend.tests.backups.refusals import everything_in
from backend.tests.backups.stores import ACTOR, EVENTS, MakeSettings, facts_of, without_audit
from backend.tests.backups.test_cli import Command, run
from backend.tests.kit.archive import quick_passphrases
from backend.tests.promises import promise
from backend.tests.survive.store_view import events

__all__ = ["run"]

Pair = tuple[AgeRecipient, Identities]


@pytest.fixture(scope="module")
def pair() -> Pair:
    return throwaway_pair()


@pytest.fixture
def file(filled: Settings, pair: Pair, tmp_path: Path) -> Path:
    """An encrypted archive of the store."""
    backup(filled, tmp_path / "a.zip.age", quiet, recipients=[pair[0]])
    return tmp_path / "a.zip.age"


@promise("Backups and transfers", "No plain text reaches the disk while an archive is encrypted or decrypted.")
def test_backup_writes_no_plain_text(
    filled: Settings, pair: Pair, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outside, temporary = tmp_path / "outside", tmp_path / "temporary"
    outside.mkdir()
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    sizes: list[int] = []

    @contextmanager
    def watching(label: str) -> Iterator[ReportProgress]:
        def report(done: int, total: int) -> None:
            assert list(temporary.iterdir()) == []
            for path in outside.iterdir():
                content = path.read_bytes()
                assert b"PK\x03\x04" not in content
                assert b".jsonl" not in content
                sizes.append(len(content))

        yield report

    made = backup(filled, outside / "a.zip.age", watching, recipients=[pair[0]])
    assert made == read_archive(outside / "a.zip.age", watching, pair[1])
    assert max(sizes) == made.size
    assert [path.name for path in outside.iterdir()] == ["a.zip.age"]


def test_decrypted_archive_is_a_standard_zip_file(file: Path, filled: Settings, pair: Pair) -> None:
    with zipfile.ZipFile(io.BytesIO(pyrage.decrypt(file.read_bytes(), list(pair[1].keys)))) as opened:
        assert opened.testzip() is None
        assert json.loads(opened.read("manifest.json"))["tables"]["partners"]["count"] == 3
        assert len(opened.read("audit_events.jsonl").splitlines()) == EVENTS


@promise("Backups and transfers", "Moving any store to any other and back preserves every byte.")
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_restore_recreates_every_row(file: Path, filled: Settings, new: MakeSettings, pair: Pair, kind: str) -> None:
    there = new(kind)
    restore(there, ACTOR, file, quiet, identities=pair[1])
    assert without_audit(facts_of(there)) == without_audit(facts_of(filled))
    assert verify_archived(file, quiet, identities=pair[1]).good


def test_backup_is_audited_with_its_recipients(filled: Settings, pair: Pair, tmp_path: Path) -> None:
    made = backup(filled, tmp_path / "a.age", quiet, recipients=[pair[0]])
    record_backup(filled, ACTOR, tmp_path / "a.age", made, [pair[0]])
    with open_store(filled) as store:
        (event,) = events(store, "store.backed_up")
    assert event["facts"]["encrypted_to"] == [pair[0].text]


def test_existing_file_is_never_overwritten(file: Path, filled: Settings, pair: Pair) -> None:
    before = file.read_bytes()
    with pytest.raises(Conflict, match="already exists"):
        backup(filled, file, quiet, recipients=[pair[0]])
    assert file.read_bytes() == before


@promise("Backups and transfers", "An encrypted archive of which one byte differs or is missing is refused in whole.")
def test_restore_refuses_what_it_cannot_decrypt(file: Path, settings: Settings, archive: Path, pair: Pair) -> None:
    content = file.read_bytes()
    (cut := file.with_name("cut.age")).write_bytes(content[: len(content) // 2])
    flipped = bytearray(content)
    flipped[len(content) // 2] ^= 1
    (changed := file.with_name("changed.age")).write_bytes(flipped)
    (other := file.with_name("other.age")).write_bytes(pyrage.encrypt(b"text", [pair[0].key]))
    there = Settings(data_dir=file.with_name("there") / "data")
    for path, identities, reason in (
        (file, None, "is encrypted: name the file with its secret key with --identity FILE"),
        (file, throwaway_pair()[1], "is encrypted to other keys"),
        (cut, pair[1], "is truncated or damaged, or was changed after it was encrypted"),
        (changed, pair[1], "is truncated or damaged, or was changed after it was encrypted"),
        (other, pair[1], "is not a Valhalla archive: it is not a ZIP file"),
        (archive, pair[1], "is not encrypted: if you trust it, leave out --identity"),
    ):
        before = everything_in(there)
        with pytest.raises(AppError, match=reason) as refused:
            restore(there, ACTOR, path, quiet, identities=identities)
        assert everything_in(there) == before
        assert "\n" not in refused.value.detail
        assert str(path) in refused.value.detail


# Commands


def test_commands(run: Command, filled: Settings, new: MakeSettings, tmp_path: Path) -> None:
    file, key = tmp_path / "a.zip.age", tmp_path / "my key.txt"
    status, recipient, err = run(filled, "backup-key", "new", key)
    assert (status, recipient[:4], err.count("\n")) == (0, "age1", 1)
    assert run(filled, "backup-key", "show", key)[1] == recipient
    status, out, _ = run(filled, "backup", file, "--encrypt-to", recipient.strip())
    assert status == 0
    assert f"encrypted to {recipient}" in out
    assert run(filled, "verify", file, "--identity", key)[0] == 0
    assert run(filled, "audit", "verify", file, "--identity", key)[0] == 0
    there = new("sqlite")
    assert run(there, "restore", file, "--identity", key)[0] == 0
    assert facts_of(there)["partners"] == facts_of(filled)["partners"]
    for words in (("verify", file), ("backup-key", "new", key), ("audit", "verify", "--identity", key)):
        status, out, err = run(filled, *words)
        assert status
        assert out == ""
        assert key.read_text() not in err


def test_passphrase_is_asked_for_at_a_terminal_only(
    run: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No database has a part in it."""
    monkeypatch.setattr(pyrage.passphrase, "encrypt", quick_passphrases.encrypt)
    key, settings = tmp_path / "key.txt", Settings(data_dir=tmp_path / "data")
    status, _, err = run(settings, "backup-key", "new", key, "--passphrase")
    assert (status, err.count("\n")) == (1, 1)
    assert "New passphrase: it is asked for at a terminal" in err
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    answers: list[str] = []
    monkeypatch.setattr(getpass, "getpass", lambda prompt: answers.pop(0))
    for answers[:], reason in ((["a", "b"], "the two passphrases differ"), ([" "], "the passphrase is empty")):
        status, _, err = run(settings, "backup-key", "new", key, "--passphrase")
        assert status == 1
        assert reason in err
    assert not key.exists()
    answers[:] = ["correct horse", "correct horse"]
    status, recipient, _ = run(settings, "backup-key", "new", key, "--passphrase")
    assert status == 0
    answers[:] = ["correct horse"]
    assert run(settings, "backup-key", "show", key)[1] == recipient
