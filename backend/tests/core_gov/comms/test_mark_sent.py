"""Marking drafts as sent, and the send log, over HTTP on both databases."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest

from backend.app.settings import Settings
from backend.tests.contract.answers import MOMENT, events, everything, refused
from backend.tests.contract.kinds import KINDS, make, unique
from backend.tests.harness import until
from backend.tests.promises import promise

DRAFT = {
    "channel": "email", "to": "dana@example.com", "subject": "Elm Street", "body": "Good morning,\n“yes”",
    "deal_id": "deal_x", "contact_id": "ct_x", "tone": "calm", "tags": ["a"], "meta": {"a": 1},
}  # fmt: skip
LOG = "/core/comms/sendlog"


def draft(api: httpx.Client, **given: Any) -> dict[str, Any]:
    return make(KINDS["drafts"], api, **given)


def path(record: dict[str, Any]) -> str:
    return f"/core/comms/drafts/{record['id']}"


def mark_sent(api: httpx.Client, record: dict[str, Any], **how: str) -> httpx.Response:
    return api.post(f"{path(record)}/mark_sent", params=how)


def log_of(api: httpx.Client, record: dict[str, Any]) -> list[dict[str, Any]]:
    return everything(api, LOG, {"draft_id": record["id"]})


class TestMarkSent:
    @promise(
        "Messages",
        "`POST /core/comms/drafts/{draft_id}/mark_sent` logs a copy of the message and marks the draft sent in one "
        "transaction.",
    )
    @promise(
        "Storage",
        "A change, its audit event, idempotency record and send-log entry commit together or not at all.",
    )
    def test_writes_the_log_and_the_draft_in_one_transaction(self, shared_api: httpx.Client) -> None:
        before = draft(shared_api, **DRAFT)
        answer = mark_sent(shared_api, before, provider="sendgrid", provider_ref="msg_1")
        assert answer.status_code == 200
        entry = answer.json()
        assert entry["id"].startswith("sl_")
        assert entry["sent_at"] == entry["created_at"] == entry["updated_at"]
        assert MOMENT.fullmatch(entry["sent_at"])
        copied = {name: DRAFT[name] for name in ("channel", "to", "subject", "body", "deal_id", "contact_id")}
        sent = {"draft_id": before["id"], "provider": "sendgrid", "provider_ref": "msg_1"}
        assert entry.items() >= (copied | sent).items()
        after = shared_api.get(path(before)).json()
        moved = {"status": "sent", "sent_at": entry["sent_at"], "updated_at": entry["sent_at"]}
        assert after == before | moved
        assert log_of(shared_api, before) == [entry]

    @promise(
        "Messages",
        "`POST /core/comms/drafts/{draft_id}/mark_sent` logs a copy of the message and marks the draft sent in one "
        "transaction.",
    )
    def test_response_is_the_entry_with_its_etag(self, shared_api: httpx.Client) -> None:
        answer = mark_sent(shared_api, draft(shared_api))
        assert answer.headers["etag"].startswith('"')
        assert answer.text in shared_api.get(LOG, params={"limit": 1}).text

    @promise(
        "Messages",
        "`POST /core/comms/drafts/{draft_id}/mark_sent` logs a copy of the message and marks the draft sent in one "
        "transaction.",
    )
    def test_fields_missing_in_the_draft_are_null(self, shared_api: httpx.Client) -> None:
        entry = mark_sent(shared_api, draft(shared_api)).json()
        nothing = dict.fromkeys(("to", "to_e164", "subject", "deal_id", "contact_id", "provider_ref"))
        assert entry.items() >= (nothing | {"provider": "manual", "channel": "sms", "meta": {}}).items()

    @pytest.mark.parametrize("status", ["draft", "ready"])
    def test_draft_and_ready_can_be_sent(self, shared_api: httpx.Client, status: str) -> None:
        assert mark_sent(shared_api, draft(shared_api, status=status)).status_code == 200

    def test_archived_draft_is_refused(self, shared_api: httpx.Client) -> None:
        archived = draft(shared_api, status="archived")
        sentence = "a draft that is archived cannot be marked as sent; set it to draft or ready first"
        refused(mark_sent(shared_api, archived), 409, sentence)
        assert log_of(shared_api, archived) == []

    def test_unknown_draft_is_not_found(self, shared_api: httpx.Client) -> None:
        refused(mark_sent(shared_api, {"id": "dr_nope"}), 404, "draft not found")

    @pytest.mark.parametrize(
        ("how", "sentence"),
        [
            ({"provider": ""}, "provider must not be empty"),
            ({"provider_ref": ""}, "provider_ref must not be empty"),
            ({"provider": "x" * 201}, "provider must have at most 200 characters"),
            ({"provider_ref": "x" * 201}, "provider_ref must have at most 200 characters"),
            ({"ref": "x"}, "ref is not a known query parameter"),
        ],
    )
    def test_provider_and_reference_are_validated(
        self, shared_api: httpx.Client, how: dict[str, str], sentence: str
    ) -> None:
        waiting = draft(shared_api)
        refused(mark_sent(shared_api, waiting, **how), 400, sentence)
        assert shared_api.get(path(waiting)).json() == waiting

    def test_body_is_refused(self, shared_api: httpx.Client) -> None:
        waiting = draft(shared_api)
        answer = shared_api.post(f"{path(waiting)}/mark_sent", json={"provider": "twilio"})
        refused(answer, 400, "this operation takes no body")
        assert shared_api.get(path(waiting)).json() == waiting
        assert shared_api.post(f"{path(waiting)}/mark_sent", json={}).status_code == 200

    def test_other_methods_are_405(self, shared_api: httpx.Client) -> None:
        answer = shared_api.get(f"{path(draft(shared_api))}/mark_sent")
        refused(answer, 405, "GET is not allowed here; use POST")


class TestAgain:
    @promise(
        "Messages",
        "Repeating mark_sent with the same provider and provider_ref returns the same entry; other values return 409.",
    )
    @pytest.mark.parametrize("how", [{}, {"provider": "twilio"}, {"provider": "twilio", "provider_ref": "SM1"}])
    def test_same_provider_and_reference_return_the_same_entry(
        self, shared_api: httpx.Client, how: dict[str, str]
    ) -> None:
        record = draft(shared_api)
        first, second = (mark_sent(shared_api, record, **how) for _ in range(2))
        assert second.status_code == 200
        assert second.text == first.text
        assert second.headers["etag"] == first.headers["etag"]
        assert len(log_of(shared_api, record)) == 1
        assert [event["action"] for event in events(shared_api, record["id"])] == ["draft.sent", "draft.created"]

    @promise("Messages", "Without a provider, mark_sent uses the provider `manual`.")
    def test_default_provider_is_manual(self, shared_api: httpx.Client) -> None:
        record = draft(shared_api)
        assert mark_sent(shared_api, record).text == mark_sent(shared_api, record, provider="manual").text

    @promise(
        "Messages",
        "Repeating mark_sent with the same provider and provider_ref returns the same entry; other values return 409.",
    )
    @pytest.mark.parametrize(
        "other",
        [{}, {"provider": "twilio"}, {"provider_ref": "SM1"}, {"provider": "sendgrid", "provider_ref": "SM1"},
         {"provider": "twilio", "provider_ref": "SM2"}, {"provider": "Twilio", "provider_ref": "SM1"}],
    )  # fmt: skip
    def test_other_provider_or_reference_is_a_conflict(self, shared_api: httpx.Client, other: dict[str, str]) -> None:
        record = draft(shared_api)
        entry = mark_sent(shared_api, record, provider="twilio", provider_ref="SM1").json()
        entry.pop("warnings", None)  # other drafts of this test were sent under the same reference
        sentence = "this draft was sent already, by twilio with reference SM1"
        refused(mark_sent(shared_api, record, **other), 409, sentence)
        assert log_of(shared_api, record) == [entry]

    def test_archived_draft_returns_the_same_entry(self, shared_api: httpx.Client) -> None:
        record = draft(shared_api)
        entry = mark_sent(shared_api, record).text
        shared_api.patch(path(record), json={"status": "archived"})
        assert mark_sent(shared_api, record).text == entry
        assert mark_sent(shared_api, record, provider="twilio").status_code == 409
        assert shared_api.get(path(record)).json()["status"] == "archived"

    def test_two_drafts_may_have_one_reference(self, shared_api: httpx.Client) -> None:
        """Two drafts may be sent as one message, so a reference need not be unique."""
        how = {"provider": "twilio", "provider_ref": "SM_both"}
        ids = {mark_sent(shared_api, draft(shared_api), **how).json()["id"] for _ in range(2)}
        assert len(ids) == 2

    def test_idempotency_key_replays_the_response(self, shared_api: httpx.Client) -> None:
        record, headers = draft(shared_api), {"Idempotency-Key": unique("key")}
        where = f"{path(record)}/mark_sent"
        first, second = (shared_api.post(where, headers=headers) for _ in range(2))
        assert second.text == first.text
        assert second.headers["idempotent-replayed"] == "true"
        assert shared_api.post(where, params={"provider": "twilio"}, headers=headers).status_code == 409

    def test_stale_if_match_is_412(self, shared_api: httpx.Client) -> None:
        record = draft(shared_api)
        etag = shared_api.get(path(record)).headers["etag"]
        shared_api.patch(path(record), json={"body": "Other words"})
        answer = shared_api.post(f"{path(record)}/mark_sent", headers={"If-Match": etag})
        assert answer.status_code == 412
        assert log_of(shared_api, record) == []


class TestAfterwards:
    @pytest.fixture
    def sent(self, shared_api: httpx.Client) -> dict[str, Any]:
        record = draft(shared_api, **DRAFT)
        mark_sent(shared_api, record)
        found: dict[str, Any] = shared_api.get(path(record)).json()
        return found

    @promise("Messages", "The text of a sent message cannot be changed (409), but the message can still be archived.")
    @pytest.mark.parametrize(
        ("name", "other"),
        [("body", "Other"), ("to", "eve@example.com"), ("to", None), ("subject", "Other"), ("subject", None),
         ("channel", "other"), ("deal_id", None), ("contact_id", "ct_y")],
    )  # fmt: skip
    def test_content_is_frozen(
        self, shared_api: httpx.Client, sent: dict[str, Any], name: str, other: str | None
    ) -> None:
        sentence = f"{name} cannot change: this draft was sent, and the send log records its content"
        refused(shared_api.patch(path(sent), json={name: other}), 409, sentence)
        refused(shared_api.patch(path(sent), json={"status": "archived", name: other}), 409, sentence)
        assert shared_api.get(path(sent)).json() == sent

    @promise("Messages", "The text of a sent message cannot be changed (409), but the message can still be archived.")
    def test_content_is_frozen_in_the_archive(self, shared_api: httpx.Client, sent: dict[str, Any]) -> None:
        archived = shared_api.patch(path(sent), json={"status": "archived"})
        assert archived.status_code == 200
        assert archived.json()["sent_at"] == sent["sent_at"]
        assert shared_api.patch(path(sent), json={"body": "Other"}).status_code == 409

    @pytest.mark.parametrize("status", ["draft", "ready"])
    def test_status_cannot_go_back(self, shared_api: httpx.Client, sent: dict[str, Any], status: str) -> None:
        sentence = f"a draft that was sent cannot become {status}; make a new draft"
        for _ in range(2):
            refused(shared_api.patch(path(sent), json={"status": status}), 409, sentence)
            shared_api.patch(path(sent), json={"status": "archived"})

    def test_other_fields_may_change(self, shared_api: httpx.Client, sent: dict[str, Any]) -> None:
        change = {"tone": "firm", "tags": ["done"], "meta": {"b": 2}}
        answer = shared_api.patch(path(sent), json=change | {"body": sent["body"], "status": "sent"})
        assert answer.status_code == 200
        assert answer.json() == sent | change | {"updated_at": answer.json()["updated_at"]}

    @promise("Messages", "The text of a sent message cannot be changed (409), but the message can still be archived.")
    def test_log_does_not_change_with_the_draft(self, shared_api: httpx.Client, sent: dict[str, Any]) -> None:
        before = log_of(shared_api, sent)
        shared_api.patch(path(sent), json={"status": "archived", "tags": ["x"]})
        assert log_of(shared_api, sent) == before

    def test_archived_unsent_draft_can_be_reopened(self, shared_api: httpx.Client) -> None:
        record = draft(shared_api, status="archived")
        assert shared_api.patch(path(record), json={"status": "ready", "body": "New words"}).status_code == 200
        assert mark_sent(shared_api, record).json()["body"] == "New words"


class TestPatchToSent:
    @promise("Messages", "POST and PATCH cannot set the status sent: they return 409 and name mark_sent.")
    def test_error_names_mark_sent(self, shared_api: httpx.Client) -> None:
        sentence = "status cannot be set to sent: use POST /core/comms/drafts/{id}/mark_sent, which writes the send log"
        for status in ("draft", "ready", "archived"):
            record = draft(shared_api, status=status)
            refused(shared_api.patch(path(record), json={"status": "sent", "body": "x"}), 409, sentence)
            assert shared_api.get(path(record)).json() == record
            assert log_of(shared_api, record) == []

    @promise("Messages", "POST and PATCH cannot set the status sent: they return 409 and name mark_sent.")
    def test_refusal_is_audited(self, shared_api: httpx.Client) -> None:
        record = draft(shared_api)
        answer = shared_api.patch(path(record), json={"status": "sent"})
        event = events(shared_api, record["id"])[0]
        assert (event["outcome"], event["request_id"]) == ("refused", answer.headers["x-request-id"])
        assert "mark_sent" in event["detail"]

    @promise("Messages", "POST and PATCH cannot set the status sent: they return 409 and name mark_sent.")
    def test_new_draft_with_status_sent_is_refused(self, shared_api: httpx.Client) -> None:
        answer = shared_api.post("/core/comms/drafts", json={"body": "x", "status": "sent"})
        assert answer.status_code == 409
        assert "mark_sent" in answer.json()["detail"]


class TestAudit:
    @promise(
        "Messages",
        "`POST /core/comms/drafts/{draft_id}/mark_sent` logs a copy of the message and marks the draft sent in one "
        "transaction.",
    )
    def test_draft_and_entry_have_events_of_one_request(self, shared_api: httpx.Client) -> None:
        record = draft(shared_api)
        answer = mark_sent(shared_api, record, provider="twilio")
        entry = answer.json()
        moved, _ = events(shared_api, record["id"])
        (logged,) = events(shared_api, entry["id"])
        assert (moved["action"], logged["action"]) == ("draft.sent", "send-log entry.created")
        assert moved["request_id"] == logged["request_id"] == answer.headers["x-request-id"]
        assert moved["changes"] == {
            "status": {"before": "draft", "after": "sent"},
            "sent_at": {"before": None, "after": entry["sent_at"]},
        }
        assert logged["changes"] == {name: {"before": None, "after": value} for name, value in entry.items()}


class TestSendLog:
    @promise("Messages", "`GET /core/comms/sendlog` filters by channel, deal_id, contact_id and draft_id.")
    @pytest.mark.parametrize("name", ["channel", "deal_id", "contact_id"])
    def test_each_filter_returns_only_matching_entries(self, shared_api: httpx.Client, name: str) -> None:
        wanted, other = KINDS["drafts"].filters[name]
        yes, no = (mark_sent(shared_api, draft(shared_api, **{name: value})).json() for value in (wanted, other))
        found = everything(shared_api, LOG, {name: wanted})
        assert {entry[name] for entry in found} == {wanted}
        assert yes in found
        assert no not in found

    @promise("Messages", "`GET /core/comms/sendlog` filters by channel, deal_id, contact_id and draft_id.")
    def test_pages_are_newest_first(self, shared_api: httpx.Client) -> None:
        deal = unique()
        made = [mark_sent(shared_api, draft(shared_api, deal_id=deal)).json() for _ in range(5)]
        assert everything(shared_api, LOG, {"deal_id": deal}, limit=2) == made[::-1]

    def test_invalid_filter_is_refused(self, shared_api: httpx.Client) -> None:
        assert shared_api.get(LOG, params={"channel": "pigeon"}).status_code == 400
        refused(shared_api.get(LOG, params={"draft_id": "x" * 201}), 400, "draft_id must have at most 200 characters")
        refused(shared_api.get(LOG, params={"status": "sent"}), 400, "status is not a known query parameter")

    def test_log_is_read_only(self, shared_api: httpx.Client) -> None:
        for method in ("POST", "PATCH", "DELETE", "PUT"):
            refused(shared_api.request(method, LOG), 405, f"{method} is not allowed here; use GET")


class TestAtOnce:
    @promise("Messages", "Concurrent mark_sent requests for one draft write one entry.")
    def test_sixteen_identical_requests_write_one_entry(self, api: httpx.Client) -> None:
        record = draft(api)

        def mark(number: int) -> httpx.Response:
            return mark_sent(api, record, provider="twilio", provider_ref="SM1")

        with ThreadPoolExecutor(16) as pool:
            answers = list(pool.map(mark, range(16)))
        assert {answer.status_code for answer in answers} == {200}
        assert len({answer.text for answer in answers}) == 1
        assert len(log_of(api, record)) == 1
        actions = Counter(event["action"] for event in everything(api, "/core/audit/events"))
        assert actions == {"draft.created": 1, "draft.sent": 1, "send-log entry.created": 1}

    @promise("Messages", "Concurrent mark_sent requests for one draft write one entry.")
    def test_one_of_sixteen_different_requests_succeeds(self, api: httpx.Client) -> None:
        record = draft(api)

        def mark(number: int) -> httpx.Response:
            return mark_sent(api, record, provider="twilio", provider_ref=f"SM{number}")

        with ThreadPoolExecutor(16) as pool:
            answers = list(pool.map(mark, range(16)))
        assert Counter(answer.status_code for answer in answers) == {200: 1, 409: 15}
        (entry,) = log_of(api, record)
        assert entry == next(answer.json() for answer in answers if answer.status_code == 200)
        lost = everything(api, "/core/audit/events", {"entity_id": record["id"]})
        assert Counter(event["outcome"] for event in lost) == {"refused": 15, "done": 2}

    @promise("Messages", "Concurrent mark_sent requests for one draft write one entry.")
    def test_concurrent_patches_never_differ_from_the_log(self, api: httpx.Client) -> None:
        """Whichever request comes first, the log has the content of the draft."""
        records = [draft(api, body="old") for _ in range(8)]

        def act(number: int) -> int:
            record = records[number // 2]
            if number % 2:
                return api.patch(path(record), json={"body": "new"}).status_code
            return mark_sent(api, record).status_code

        with ThreadPoolExecutor(16) as pool:
            statuses = list(pool.map(act, range(16)))
        assert set(statuses[::2]) == {200}
        assert set(statuses[1::2]) <= {200, 409}
        for record in records:
            (entry,) = log_of(api, record)
            assert api.get(path(record)).json()["body"] == entry["body"]


def test_json_files_match_the_api(settings: Settings, api: httpx.Client) -> None:
    record = draft(api)
    entry = mark_sent(api, record).text
    for name, stored in (("drafts", api.get(path(record)).text), ("sendlog", entry)):
        file = settings.data_dir / "comms" / f"{name}.json"
        until(partial(_has_line, file, stored), f"{file.name} has the record")


def _has_line(file: Path, line: str) -> bool:
    return file.exists() and line in file.read_text().splitlines()
