"""After a copy of the store nothing is sent until a person releases it, because the other copy may have sent it."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from backend.app.backups.backup import backup
from backend.app.backups.restore import restore
from backend.app.backups.store_urls import location_of
from backend.app.backups.transfer import transfer
from backend.app.bootstrap import Store, open_store
from backend.app.core_gov.comms import service as comms
from backend.app.core_gov.comms.consent import service as consent
from backend.app.core_gov.comms.delivery import hold, sending_status
from backend.app.core_gov.comms.senders.senders_file import usable_senders
from backend.app.kit.archive.stores import SqliteLocation
from backend.app.kit.errors import Conflict, StoreUnavailable
from backend.app.settings import Settings
from backend.tests.backups.quiet import quiet
from backend.tests.core_gov.comms.delivery.texts import (
    CTX,
    DANA,
    delivery_of,
    dispatch,
    has_written,
    read_lists,
    send_text,
)
from backend.tests.core_gov.comms.senders.twilio_double import twilio_double, write_senders
from backend.tests.promises import promise


def release(store: Store, override: str | None = None) -> None:
    store.db.write_now(CTX, sending_status.release, *usable_senders(store.settings), override)


@promise("Messages", "After a restore, a transfer or a rebuild nothing is sent until an administrator releases it.")
@promise(
    "Messages", "`POST /core/comms/release` needs the provider's messages since the copy, or a reason to go on without."
)
def test_rebuilt_store_holds_sending_and_settles_what_was_open(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data")
    with twilio_double() as twilio:
        write_senders(settings.data_dir, twilio.url)
        with open_store(settings) as store:
            has_written(store)
            draft_id = send_text(store)
            store.db.write_now(CTX, consent.opt_out, "+14165550199", "sms", "keyword")
        for each in settings.data_dir.glob("valhalla.db*"):
            each.unlink()
        with open_store(settings, rebuild_lost=True) as store:
            lost = delivery_of(store, draft_id)
            assert (lost.state, lost.sender) == ("uncertain", sending_status.UNKNOWN)
            draft = store.db.snapshot_now(comms.get_draft, draft_id).fields
            assert (draft["status"], draft["delivery_id"]) == ("ready", lost.id)
            assert store.db.snapshot_now(consent.opt_out_in_force, "+14165550199", "sms", "main-line") is not None
            assert store.db.snapshot_now(hold.held) is not None
            has_written(store)
            other = send_text(store)
            dispatch(store)
            assert (delivery_of(store, other).state, twilio.requests) == ("waiting", [])
            with pytest.raises(Conflict, match="since the copy were not read"):
                release(store)
            twilio.receive(DANA, "ARRET")
            read_lists(store)
            release(store)
            dispatch(store)
            assert (delivery_of(store, other).state, twilio.requests) == ("blocked", [])


def test_restored_store_holds_sending(tmp_path: Path) -> None:
    settings, copy = (Settings(data_dir=tmp_path / name) for name in ("data", "copy"))
    write_senders(settings.data_dir, "http://127.0.0.1:9")
    archive = tmp_path / "valhalla.zip"
    with open_store(settings) as store:
        has_written(store)
        draft_id = send_text(store)
    backup(settings, archive, quiet)
    restore(copy, CTX, archive, quiet)
    shutil.copy(settings.data_dir / "senders.toml", copy.data_dir)
    with open_store(copy) as store:
        assert delivery_of(store, draft_id).state == "waiting"
        held = store.db.snapshot_now(hold.held)
        assert held is not None
        assert "restored" in held.reason
        release(store, "the other machine was switched off")
        assert store.db.snapshot_now(hold.held) is None


@promise("Messages", "After a restore, a transfer or a rebuild nothing is sent until an administrator releases it.")
def test_transfer_holds_sending_in_both_stores(store_settings: Settings, tmp_path: Path) -> None:
    copy = Settings(data_dir=tmp_path / "copy")
    with open_store(store_settings) as store:
        has_written(store)
    transfer(location_of(store_settings), location_of(copy), quiet)
    for settings, why in ((store_settings, "was transferred to"), (copy, "was transferred from another one")):
        with open_store(settings) as store:
            held = store.db.snapshot_now(hold.held)
            assert held is not None
            assert why in held.reason


def test_source_that_cannot_be_written_is_transferred(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, logged: Callable[[], list[dict[str, Any]]]
) -> None:
    """A person is told."""
    settings, copy = (Settings(data_dir=tmp_path / name) for name in ("data", "copy"))
    with open_store(settings) as store:
        has_written(store)

    def refuse(self: SqliteLocation, values: dict[str, str]) -> None:
        raise StoreUnavailable("attempt to write a readonly database")

    monkeypatch.setattr(SqliteLocation, "put_state", refuse)
    transfer(location_of(settings), location_of(copy), quiet)
    assert [each["why"] for each in logged() if each["event"].startswith("the source is not held")]


def test_clean_restart_holds_nothing(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data")
    for _ in range(2):
        with open_store(settings) as store:
            has_written(store)
            assert store.db.snapshot_now(hold.held) is None
