"""Pages of deliveries and of all sending."""

from collections.abc import Callable, Iterator

import httpx
import pytest

from backend.app.bootstrap import open_store
from backend.app.core_gov.comms.delivery import hold
from backend.app.settings import Settings
from backend.tests.core_gov.comms.delivery.texts import CTX, DANA, delivery_of, dispatch, has_written, send_text
from backend.tests.core_gov.comms.senders.twilio_double import Fault, Twilio, twilio_double, write_senders
from backend.tests.promises import promise
from backend.tests.web.messages.test_messages import text
from backend.tests.web.test_writes import Writes

HOSTILE = "<b onmouseover=alert(1)>Roof</b>"


@pytest.fixture
def twilio() -> Iterator[Twilio]:
    with twilio_double() as twilio:
        yield twilio


@pytest.fixture
def store_settings(store_settings: Settings, twilio: Twilio) -> Settings:
    """Settings of a service with a sender, which sends nothing by itself, so that deliveries stay as they are."""
    write_senders(store_settings.data_dir, twilio.url, daily_cap=50)
    return store_settings.model_copy(update={"jobs": False, "undo_s": 0.0})


def writes(api: httpx.Client, page: str) -> list[str]:
    """Return the paths of what can be changed on a page."""
    return [str(each["data-path"]) for each in Writes(text(api, page)).found]


def test_no_deliveries_yet(shared_api: httpx.Client) -> None:
    assert "No delivery matches" in text(shared_api, "/app/deliveries?state=read")
    assert 'href="/app/messages" aria-current="page"' in text(shared_api, "/app/deliveries?state=&sender=")
    answer = shared_api.get("/app/deliveries/dl_0", headers={"accept": "text/html"})
    assert (answer.status_code, "delivery not found" in answer.text) == (404, True)


@promise("Console", "*Deliveries* says what became of each text and what to do; administrators release held ones.")
def test_held_delivery_names_the_rules_that_a_release_ignores(
    api_as: Callable[[str], httpx.Client], store_settings: Settings
) -> None:
    with open_store(store_settings) as store:
        found = delivery_of(store, send_text(store, body=HOSTILE))
    admin, operator, viewer = api_as("admin"), api_as("operator"), api_as("viewer")
    page, path = f"/app/deliveries/{found.id}", f"/core/comms/deliveries/{found.id}"
    for shown in (text(viewer, "/app/deliveries?state=held&sender=main-line"), text(viewer, page)):
        assert "<b onmouse" not in shown
        assert "&lt;b onmouse" in shown
        assert "Held until a person decides" in shown
    assert writes(viewer, page) == []
    assert writes(operator, page) == [f"/core/comms/drafts/{found.draft_id}/cancel"]
    release = next(each for each in Writes(text(admin, page)).found if each["data-path"] == f"{path}/release")
    assert release["data-body"] == '{"rules": ["reply"]}'
    admin.post(f"{path}/release", json={"rules": ["reply"], "reason": "They called."}).raise_for_status()
    shown = text(admin, page)
    assert f"{path}/release" not in shown
    assert "They called." in shown


@promise("Console", "The page of an uncertain delivery has its events and what fits in the provider's list.")
def test_uncertain_delivery_is_settled_with_the_evidence(
    api_as: Callable[[str], httpx.Client], store_settings: Settings, twilio: Twilio
) -> None:
    twilio.faults[1] = Fault(drops=True)
    with open_store(store_settings) as store:
        has_written(store)
        draft = send_text(store)
        dispatch(store)
        found = delivery_of(store, draft)
    assert found.state == "uncertain"
    admin, operator = api_as("admin"), api_as("operator")
    page, path = f"/app/deliveries/{found.id}", f"/core/comms/deliveries/{found.id}"
    shown = text(operator, page)
    assert "None that belongs to no other delivery" in shown
    assert "attempted" in shown
    assert writes(operator, page) == []
    assert writes(admin, page) == [f"{path}/settle", f"{path}/settle"]
    settled = {"outcome": "not_accepted", "evidence": "It is not in the console."}
    admin.post(f"{path}/settle", json=settled).raise_for_status()
    assert writes(admin, page) == []
    assert "It is not in the console." in text(operator, page)


@promise("Console", "*Sending* stops everything, shows senders with what went wrong, and lets administrators resume.")
def test_sending_is_stopped_resumed_and_released(
    api_as: Callable[[str], httpx.Client], store_settings: Settings
) -> None:
    admin, operator, viewer = api_as("admin"), api_as("operator"), api_as("viewer")
    shown = text(viewer, "/app/sending")
    assert "main-line" in shown
    assert "+14165550100" in shown
    assert writes(viewer, "/app/sending") == []
    assert writes(operator, "/app/sending") == ["/core/comms/stop"]
    operator.post("/core/comms/stop", json={"reason": "Wrong <list>"}).raise_for_status()
    assert "Wrong &lt;list&gt;" in text(viewer, "/app/sending")
    assert writes(operator, "/app/sending") == []
    assert writes(admin, "/app/sending") == ["/core/comms/resume"]
    admin.post("/core/comms/resume", json={}).raise_for_status()
    with open_store(store_settings) as store:
        store.db.write_now(CTX, hold.hold, "the store was restored")
    assert "The store was restored" in text(operator, "/app/sending")
    assert writes(operator, "/app/sending") == ["/core/comms/stop"]
    assert writes(admin, "/app/sending") == ["/core/comms/stop", "/core/comms/release"]


def test_mistakes_in_the_file_of_senders_are_shown(
    api_as: Callable[[str], httpx.Client], store_settings: Settings
) -> None:
    with (store_settings.data_dir / "senders.toml").open("a") as file:
        file.write('[other]\nkind = "twilio"\n')
    shown = text(api_as("viewer"), "/app/sending")
    assert "other" in shown
    assert 'class="notice error"' in shown
    assert DANA not in shown
