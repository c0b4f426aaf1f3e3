"""Sending of a message from its page."""

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from backend.app.bootstrap import open_store
from backend.app.settings import Settings
from backend.app.web.messages.sending import shown_delivery
from backend.tests.core_gov.comms.delivery.texts import DANA, dispatch, has_written
from backend.tests.core_gov.comms.senders.twilio_double import Twilio, twilio_double, write_senders
from backend.tests.promises import promise
from backend.tests.web.messages.test_messages import create, text

NOW = "2026-11-29T10:00:00.000000Z"


@pytest.fixture
def twilio() -> Iterator[Twilio]:
    with twilio_double() as twilio:
        yield twilio


@pytest.fixture
def store_settings(store_settings: Settings, twilio: Twilio) -> Settings:
    """Settings of a service with a sender, which sends nothing by itself, so that deliveries stay as they are."""
    write_senders(store_settings.data_dir, twilio.url)
    return store_settings.model_copy(update={"jobs": False, "undo_s": 0.0})


@promise("Console", "A text that is ready is checked, sent, canceled and copied on its page; viewers see its state.")
def test_text_is_sent_canceled_and_copied_on_its_page(
    api_as: Callable[[str], httpx.Client], store_settings: Settings
) -> None:
    operator, viewer = api_as("operator"), api_as("viewer")
    draft = create(operator, to=DANA)
    page, path = f"/app/messages/{draft}", f"/core/comms/drafts/{draft}"
    assert f'data-path="{path}/send"' not in text(operator, page)
    etag = operator.patch(path, json={"status": "ready"}).headers["etag"]
    shown = text(operator, page)
    assert f'data-path="{path}/send" data-changes="{path}" data-etag="{etag.replace(chr(34), "&#34;")}"' in shown
    assert f'data-check="{path}/check"' in shown
    assert f'data-path="{path}/mark_sent"' in shown
    assert "data-write" not in text(viewer, page)
    with open_store(store_settings) as store:
        has_written(store)
        operator.post(f"{path}/send", json={"sender": "main-line", "purpose": "reply"}).raise_for_status()
        shown = text(operator, page)
        for offered in ("/send", "/mark_sent", '" data-etag'):
            assert f'data-path="{path}{offered}' not in shown, offered
        assert f'data-path="{path}/cancel"' in shown
        assert 'hx-trigger="every 2s"' in shown
        assert "data-write" not in text(viewer, page)
        operator.post(f"{path}/cancel").raise_for_status()
        shown = text(operator, page)
        assert f'data-path="{path}/send"' in shown
        assert "It was canceled before it was sent" in shown
        assert 'hx-trigger="every' not in shown
        operator.post(f"{path}/send", json={"sender": "main-line", "purpose": "reply"}).raise_for_status()
        dispatch(store)
    shown = text(operator, page)
    assert 'data-status="accepted"' in shown
    assert f'data-path="{path}/copy" data-go="/app/messages/{{id}}"' in shown
    assert f'data-path="{path}/cancel"' not in shown


def test_other_channels_and_unverified_addresses_have_no_form_to_send(api_as: Callable[[str], httpx.Client]) -> None:
    operator = api_as("operator")
    for fields in ({"channel": "email", "to": "dana@example.com"}, {"to": "12"}):
        draft = create(operator, status="ready", **fields)
        assert "/send" not in text(operator, f"/app/messages/{draft}")


SOON = "2026-11-29T10:00:10.000000Z"


def _delivery(**fields: Any) -> dict[str, Any]:
    return {"state": "waiting", "reason": None, "due_at": None} | fields


@pytest.mark.parametrize(
    ("fields", "seconds_left", "look_again_s"),
    [
        ({"due_at": SOON}, 11, 2),
        ({"due_at": NOW}, None, 2),
        ({"due_at": "2026-11-30T10:00:00.000000Z"}, 86_401, 30),
        ({"due_at": SOON, "reason": "not at night"}, None, 30),
        ({"state": "sending"}, None, 2),
        ({"state": "accepted"}, None, 30),
        ({"state": "held"}, None, None),
        ({"state": "uncertain"}, None, None),
        ({"state": "delivered"}, None, None),
    ],
)
def test_page_counts_down_and_looks_again_while_a_delivery_moves_by_itself(
    fields: dict[str, Any], seconds_left: int | None, look_again_s: int | None
) -> None:
    shown = shown_delivery(_delivery(**fields), NOW)
    assert (shown["seconds_left"], shown["look_again_s"]) == (seconds_left, look_again_s)
