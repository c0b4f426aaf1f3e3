"""The pages of drafts and of the send log."""

from collections.abc import Callable
from typing import Any

import httpx

from backend.app.web.messages.links import contact_link
from backend.tests.web.test_pages import PAGE, export_of

HOSTILE = "<b onmouseover=alert(1)>\"'</b>{{ 7*7 }}"


def create(api: httpx.Client, **fields: Any) -> str:
    answer = api.post("/core/comms/drafts", json={"body": "Still looking?"} | fields)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def text(api: httpx.Client, path: str) -> str:
    answer = api.get(path, headers=PAGE)
    assert answer.status_code == 200, answer.text
    return answer.text


def test_lists_show_drafts_and_sent_messages(api: httpx.Client) -> None:
    assert "No messages yet" in text(api, "/app/messages")
    assert "Nothing was sent yet" in text(api, "/app/messages/sent")
    deal = api.post("/core/deals", json={"name": "114 Elm Street"}).json()["id"]
    first = create(api, to="416-555-0123", deal_id=deal, body="First text")
    create(api, channel="email", to="nobody at home", subject="Our offer", deal_id="deal_gone")
    page = text(api, "/app/messages?status=&channel=")
    assert f'href="/app/messages/{first}"' in page
    assert ">114 Elm Street</a>" in page
    assert "not on file" in page
    assert "not verified" in page
    by_address = text(api, "/app/messages?sort=-to&channel=sms&channel=email")
    assert by_address.index("Our offer") < by_address.index("First text")
    assert 'aria-sort="descending"' in by_address
    assert '<input type="hidden" form="filters" name="sort" value="-to">' in by_address
    emails = text(api, "/app/messages?channel=email")
    assert "First text" not in emails
    assert api.get(export_of(emails)).headers["x-total-count"] == "1"
    assert "Our offer" not in text(api, "/app/messages?verified=true")
    assert "No message matches" in text(api, "/app/messages?status=archived")
    api.post(f"/core/comms/drafts/{first}/mark_sent", params={"provider": "twilio", "provider_ref": "SM42"})
    sent = text(api, "/app/messages/sent?to=(416)+555-0123")
    assert "First text" in sent
    assert "SM42" in sent
    assert "SM42" in api.get(export_of(sent)).text
    assert "sort=-sent_at" in sent
    assert "No sent message matches" in text(api, "/app/messages/sent?provider=nobody")


def test_page_offers_only_what_is_allowed(api: httpx.Client) -> None:
    draft = create(api, to="416-555-0123")
    page = text(api, f"/app/messages/{draft}")
    assert "Mark ready" in page
    assert "Mark as sent" in page
    assert 'href="sms:+14165550123?body=Still%20looking%3F"' in page
    api.post(f"/core/comms/drafts/{draft}/mark_sent")
    page = text(api, f"/app/messages/{draft}")
    assert "Mark ready" not in page
    assert 'data-draft="message:' not in page
    assert ">Archive</button>" in page
    api.patch(f"/core/comms/drafts/{draft}", json={"status": "archived"})
    assert 'data-path="/core/comms' not in text(api, f"/app/messages/{draft}")


def test_hostile_text_is_only_text(api: httpx.Client) -> None:
    draft = create(api, channel="email", to=HOSTILE, subject=HOSTILE, body=HOSTILE, tags=[HOSTILE], tone=HOSTILE)
    for path in ("/app/messages", f"/app/messages/{draft}", f"/app/messages/new?to={HOSTILE}&deal_id={HOSTILE}"):
        page = text(api, path)
        assert "<b onmouseover" not in page
        assert "&lt;b onmouseover" in page


def test_viewers_see_no_buttons(api_as: Callable[[str], httpx.Client]) -> None:
    draft = create(api_as("operator"), to="416-555-0123")
    viewer = api_as("viewer")
    for path in ("/app/messages", f"/app/messages/{draft}"):
        assert "data-write" not in text(viewer, path)
        assert "/app/messages/new" not in text(viewer, path)
    assert viewer.get("/app/messages/new", headers=PAGE).status_code == 403


def test_unknown_message_is_a_page_that_says_so(shared_api: httpx.Client) -> None:
    answer = shared_api.get("/app/messages/dr_nothing", headers=PAGE)
    assert (answer.status_code, "draft not found" in answer.text) == (404, True)


def test_links_of_each_channel() -> None:
    phone = {"to": "416 555 0123 x9", "to_e164": "+14165550123", "to_extension": "9", "body": "é & ?", "subject": None}
    assert contact_link({"channel": "call", **phone}) == ("tel:+14165550123;ext=9", "Call 416 555 0123 x9")
    assert contact_link({"channel": "sms", **phone}) == (
        "sms:+14165550123?body=%C3%A9%20%26%20%3F",
        "Open in the phone's messages",
    )
    email = {"to": "a+b@x.ca", "to_email": "a+b@x.ca", "body": "x", "subject": "A&B"}
    assert contact_link({"channel": "email", **email}) == (
        "mailto:a%2Bb@x.ca?subject=A%26B&body=x",
        "Open in the mail program",
    )
    assert contact_link({"channel": "sms", "to": "x", "to_e164": None, "body": "x"}) is None
    assert contact_link({"channel": "letter", "to": "x", "body": "x"}) is None
