"""Contact details of earlier versions: adopted, verified at the first opening, and still open to changes."""

import json
from typing import Any

import pytest

from backend.app.bootstrap import open_store
from backend.app.core_gov.comms.schemas import DraftPatch, DraftRecord
from backend.app.core_gov.comms.service import mark_sent, patch_draft
from backend.app.core_gov.comms.store import drafts
from backend.app.core_gov.jv.schemas import PartnerPatch, PartnerRecord
from backend.app.core_gov.jv.service import patch_partner
from backend.app.core_gov.jv.store import partners
from backend.app.kit.db import Tx, state
from backend.app.kit.json_mirror.json_files import read
from backend.app.settings import Settings
from backend.tests.doctor.command import Doctor
from backend.tests.promises import promise
from backend.tests.survive.store_view import CTX, events, in_step, stored

TIMES = {"created_at": "2024-03-01T10:00:00", "updated_at": "2024-03-01T10:00:00"}
FIRST: dict[str, list[dict[str, Any]]] = {
    "jv/partners.json": [
        {"id": "p_1", "name": "Acme", "email": "", "phone": "+1987654321", "notes": "", "role": "", "tags": ["", "a"]},
        {"id": "p_2", "name": "Two\nlines ", "email": "A@B\u00fccher.example", "phone": " 416-234-5678 x9 ", **TIMES},
        {"id": "p_3", "name": "", "email": "lost@example.com"},
    ],
    "comms/drafts.json": [
        {"id": "dr_1", "body": "x", "to": "", "subject": "", "deal_id": "", "tone": " ", "sent_at": "", **TIMES},
        {"id": "dr_2", "body": "x", "to": "+1234567890", "subject": "Hi\r\nBcc: x@example.org", **TIMES},
        {"id": "dr_3", "body": "x", "channel": "email", "to": "Dana@Example.com"},
    ],
}


@pytest.fixture
def adopted(store_settings: Settings) -> Settings:
    for name, items in FIRST.items():
        path = store_settings.data_dir / name
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(items), encoding="utf-8")
    return store_settings


def _by_id(items: list[Any]) -> dict[str, dict[str, Any]]:
    return {item["id"]: item for item in items}


@promise(
    "Storage",
    "Adoption keeps contact details that cannot be verified, and turns blank text of the first version into null.",
)
def test_first_version_is_adopted(adopted: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_store(adopted) as store:
        found = _by_id([*stored(store, "partners"), *stored(store, "drafts")])
        in_step(store)
        (event,) = events(store, "store.adopted")
    assert found.keys() == {"p_1", "p_2", "dr_1", "dr_2", "dr_3"}
    absent = {"p_1": ("email", "notes"), "dr_1": ("to", "subject", "deal_id", "tone", "sent_at")}
    assert all(found[key][name] is None for key, names in absent.items() for name in names)
    assert (found["p_1"]["phone"], found["p_1"]["phone_e164"]) == ("+1987654321", None)
    assert (found["p_1"]["role"], found["p_1"]["tags"]) == ("other", ["a"])
    assert found["p_2"]["name"] == "Two\nlines "
    assert found["p_2"].items() >= {
        "phone_e164": "+14162345678", "phone_extension": "9", "email_normalized": "A@xn--bcher-kva.example",
        "updated_at": "2024-03-01T10:00:00.000000Z",
    }.items()  # fmt: skip
    assert (found["dr_2"]["to_e164"], found["dr_3"]["to_email"]) == (None, "Dana@example.com")
    assert event["facts"]["unverified_contacts"] == {"jv/partners.json": 1, "comms/drafts.json": 1}
    assert _by_id(read(adopted.data_dir / partners.file).items)["p_2"] == found["p_2"]
    findings = Doctor(adopted, monkeypatch).json()["findings"]
    assert [each["sentence"] for each in findings if each["subject"] == "contacts"] == [
        f"{file}: 1 record has a phone number or an email address that is not verified"
        for file in ("jv/partners.json", "comms/drafts.json")
    ]


@promise(
    "Records and lists",
    "Records of earlier versions open and can be changed, although newer rules forbid their text.",
)
def test_records_that_newer_rules_forbid_can_be_changed(adopted: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_store(adopted) as store:
        changed = store.db.write_now(CTX, patch_partner, "p_2", PartnerPatch.model_validate({"role": "lender"}))
        assert (changed.fields["name"], changed.fields["role"]) == ("Two\nlines ", "lender")
        renamed = store.db.write_now(CTX, patch_partner, "p_2", PartnerPatch.model_validate({"name": " Two lines "}))
        assert renamed.fields["name"] == "Two lines"
        ready = store.db.write_now(
            CTX, patch_draft, "dr_2", DraftPatch.model_validate({"channel": "call", "status": "ready"})
        )
        assert ready.fields["subject"] == FIRST["comms/drafts.json"][1]["subject"]
        entry = store.db.write_now(CTX, mark_sent, "dr_2", "manual", None)
        assert entry.fields["subject"] == ready.fields["subject"]
    assert Doctor(adopted, monkeypatch).json()["healthy"]


def _store_earlier(tx: Tx) -> None:
    """Store documents of version 0.3, whose newer fields are null."""
    moment = "2026-01-31T09:30:00.000000Z"
    own: dict[str, Any] = {"created_at": moment, "updated_at": moment}
    for partner in ({"id": "p_1", "email": "a@X.test", "phone": "416-234-5678", "phone_e164": "+14162345678"},
                    {"id": "p_2", "email": None, "phone": None}):  # fmt: skip
        partners.insert(tx, PartnerRecord.on_file({"name": "x", **partner, **own}))
    sms = {"to": "310-1234", "to_e164": "+13101234"}
    for draft in ({"id": "dr_1", "channel": "email", "to": "b@X.test"}, {"id": "dr_2", "channel": "sms", **sms}):
        drafts.insert(tx, DraftRecord.on_file({"body": "x", **draft, **own}))
    state.forget(tx, "derived:partners.contacts")
    state.forget(tx, "derived:drafts.recipient")


def test_verified_forms_are_added_at_the_first_opening(store_settings: Settings) -> None:
    """A number that an earlier version verified stays."""
    with open_store(store_settings) as store:
        store.db.write_now(CTX, _store_earlier)
    with open_store(store_settings) as store:
        found = _by_id([*stored(store, "partners"), *stored(store, "drafts")])
    assert (found["p_1"]["email_normalized"], found["p_2"]["email_normalized"]) == ("a@x.test", None)
    assert (found["dr_1"]["to_email"], found["dr_2"]["to_e164"]) == ("b@x.test", "+13101234")
    assert {each["updated_at"] for each in found.values()} == {"2026-01-31T09:30:00.000000Z"}
