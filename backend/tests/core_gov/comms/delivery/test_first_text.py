"""A text is sent, once, and its fate is known: over HTTP, on both databases."""

from typing import Any

import httpx
import pytest

from backend.app.core_gov.comms.delivery import dispatcher, progress
from backend.app.core_gov.comms.inbound import reader
from backend.app.settings import Settings
from backend.tests.core_gov.comms.delivery.texts import DANA
from backend.tests.core_gov.comms.senders.twilio_double import NUMBER, Twilio, twilio_double, write_senders
from backend.tests.harness import http_client, serving, until
from backend.tests.promises import promise

SEND = {"sender": "main-line", "purpose": "reply"}


def ready(api: httpx.Client, to: str = DANA, body: str = "The roof is done.") -> dict[str, Any]:
    answer = api.post("/core/comms/drafts", json={"to": to, "body": body, "status": "ready"})
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def send(api: httpx.Client, draft: dict[str, Any], **fields: Any) -> httpx.Response:
    return api.post(f"/core/comms/drafts/{draft['id']}/send", json=SEND | fields)


def delivery(api: httpx.Client, draft: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = api.get(f"/core/comms/drafts/{draft['id']}/delivery").json()
    return found


@promise(
    "Messages",
    "`POST /core/comms/drafts/{draft_id}/send` has Twilio send a draft once; it becomes sent when Twilio accepts it.",
)
@promise("Messages", "`GET /core/comms/drafts/{draft_id}/delivery` says what became of a message, and what to do.")
@promise("Messages", "`GET /core/comms/inbox` has the messages that people sent, with the delivery that they answer.")
def test_text_is_sent_once_and_its_delivery_is_known(store_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    for module, seconds in ((dispatcher, "POLL_S"), (reader, "POLL_S"), (progress, "FIRST_POLL_S")):
        monkeypatch.setattr(module, seconds, 0.02)
    settings = store_settings.model_copy(update={"undo_s": 0.0})
    with twilio_double(statuses=("sent", "delivered")) as twilio:
        write_senders(settings.data_dir, twilio.url)
        twilio.receive(DANA, "When is the roof done?")
        with serving(settings) as url, http_client(url) as api:
            until(lambda: api.get("/core/comms/inbox").json()["items"], "the question is read")
            draft = ready(api)
            sent = send(api, draft)
            assert sent.status_code == 201, sent.text
            assert sent.json()["state"] == "waiting"
            until(lambda: delivery(api, draft)["state"] == "delivered", "the text is delivered")
            _check_text(twilio)
            (entry,) = api.get("/core/comms/sendlog", params={"draft_id": draft["id"]}).json()["items"]
            found = delivery(api, draft)
            assert (entry["provider"], entry["provider_ref"]) == ("twilio", found["provider_id"])
            after = api.get(f"/core/comms/drafts/{draft['id']}").json()
            assert (after["status"], after["sent_at"], after["delivery_id"]) == ("sent", entry["sent_at"], found["id"])


def _check_text(twilio: Twilio) -> None:
    (form,) = twilio.requests
    assert form.pop("ValidityPeriod").isdigit()
    assert form == {"To": DANA, "From": NUMBER, "Body": "The roof is done."}
