from itertools import product
from typing import Any, get_args

import pytest

from backend.app.core_gov.comms.lifecycle import FROZEN_FIELDS, check_mark_sent, check_patch
from backend.app.core_gov.comms.schemas import DraftRecord, DraftStatus
from backend.app.kit.errors import Conflict
from backend.tests.promises import promise

STATUSES: tuple[DraftStatus, ...] = get_args(DraftStatus)
ALLOWED = {
    ("draft", "ready"), ("draft", "archived"), ("ready", "draft"), ("ready", "archived"), ("archived", "draft"),
    ("archived", "ready"), ("sent", "archived"),
}  # fmt: skip


def allowed(status: DraftStatus, changes: dict[str, Any], *, was_sent: bool) -> bool:
    try:
        check_patch({"status": status, "body": "x", "to": None}, changes, was_sent)
    except Conflict:
        return False
    return True


@promise("Messages", "One table defines every status change that a draft may make.")
@pytest.mark.parametrize(("status", "wanted"), list(product(STATUSES, STATUSES)))
def test_status_changes_follow_the_table(status: DraftStatus, wanted: DraftStatus) -> None:
    expected = status == wanted or (status, wanted) in ALLOWED
    assert allowed(status, {"status": wanted}, was_sent=status == "sent") == expected


@promise("Messages", "One table defines every status change that a draft may make.")
@pytest.mark.parametrize("wanted", STATUSES)
def test_sent_draft_stays_archived(wanted: DraftStatus) -> None:
    assert allowed("archived", {"status": wanted}, was_sent=True) == (wanted == "archived")


@promise("Messages", "The text of a sent message cannot be changed (409), but the message can still be archived.")
@pytest.mark.parametrize("status", ["sent", "archived"])
@pytest.mark.parametrize("name", FROZEN_FIELDS)
def test_content_of_a_sent_draft_is_frozen(status: DraftStatus, name: str) -> None:
    with pytest.raises(Conflict, match=rf"^{name} cannot change: this draft was sent"):
        check_patch({"status": status, "body": "x"}, {name: "other"}, was_sent=True)


@pytest.mark.parametrize("name", sorted(DraftRecord.model_fields.keys() - {*FROZEN_FIELDS, "status"}))
def test_other_fields_of_a_sent_draft_may_change(name: str) -> None:
    assert allowed("sent", {name: "other"}, was_sent=True)


def test_identical_content_is_not_a_change() -> None:
    assert allowed("sent", {"body": "x", "to": None, "status": "sent"}, was_sent=True)


@pytest.mark.parametrize("status", STATUSES)
def test_only_draft_and_ready_can_be_marked_as_sent(status: DraftStatus) -> None:
    if status in {"draft", "ready"}:
        check_mark_sent({"status": status})
    else:
        with pytest.raises(Conflict, match=rf"a draft that is {status} cannot be marked as sent"):
            check_mark_sent({"status": status})


def test_patch_to_sent_names_mark_sent() -> None:
    with pytest.raises(Conflict, match="mark_sent"):
        check_patch({"status": "ready"}, {"status": "sent"}, was_sent=False)
