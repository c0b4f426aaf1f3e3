"""Page of messages that people sent."""

from collections.abc import Callable

import httpx

from backend.app.bootstrap import open_store
from backend.app.settings import Settings
from backend.tests.core_gov.comms.delivery.texts import DANA, has_written
from backend.tests.promises import promise
from backend.tests.web.messages.test_messages import text


@promise("Console", "*Inbox* shows messages of people with their meaning, and the delivery that each answers.")
def test_messages_of_people_are_listed_with_their_meaning(
    api_as: Callable[[str], httpx.Client], store_settings: Settings
) -> None:
    operator, viewer = api_as("operator"), api_as("viewer")
    assert "No messages of people yet" in text(viewer, "/app/inbox")
    with open_store(store_settings) as store:
        has_written(store)
    shown = text(operator, "/app/inbox?meaning=ordinary&sender=main-line")
    assert "When is the roof done?" in shown
    assert f'href="/app/messages/new?to=%2B{DANA[1:]}"' in shown
    assert "/app/messages/new" not in text(viewer, "/app/inbox")
    assert "No message matches" in text(viewer, "/app/inbox?meaning=stop")
