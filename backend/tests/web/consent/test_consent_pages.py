"""Pages of opt-outs and of consent."""

from collections.abc import Callable

import httpx

from backend.tests.promises import promise
from backend.tests.web.messages.test_messages import text
from backend.tests.web.test_writes import Writes

HOSTILE = "<b onmouseover=alert(1)>asked</b>"


@promise("Console", "*Opt-outs* and *Consent* list and record them; administrators lift an opt-out, with a reason.")
def test_opt_outs_are_listed_recorded_and_lifted(api_as: Callable[[str], httpx.Client]) -> None:
    admin, operator, viewer = api_as("admin"), api_as("operator"), api_as("viewer")
    assert "Nobody has opted out" in text(viewer, "/app/opt-outs")
    known = operator.post("/core/comms/opt_outs", json={"address": "416-555-0131", "note": HOSTILE}).json()["id"]
    shown = text(operator, "/app/opt-outs?address=(416)+555-0131&channel=sms&source=person")
    assert "&lt;b onmouse" in shown
    assert "<b onmouse" not in shown
    assert "No opt-out matches" in text(viewer, "/app/opt-outs?source=keyword")
    lift = f"/core/comms/opt_outs/{known}/lift"
    assert [each["data-path"] for each in Writes(shown).found] == ["/core/comms/opt_outs"]
    assert Writes(text(viewer, "/app/opt-outs")).found == []
    (button,) = [each for each in Writes(text(admin, "/app/opt-outs")).found if each["data-path"] == lift]
    assert button["data-ask"] == "reason"
    admin.post(lift, json={"reason": "In writing."}).raise_for_status()
    shown = text(admin, "/app/opt-outs?channel=sms")
    assert "In writing." in shown
    assert lift not in shown


def test_consent_is_listed_and_recorded(api_as: Callable[[str], httpx.Client]) -> None:
    operator, viewer = api_as("operator"), api_as("viewer")
    assert "No consent is on file" in text(viewer, "/app/consents")
    given = {"address": "416-555-0132", "kind": "implied", "until": "2027-01-31", "obtained_on": "2026-01-31"}
    operator.post("/core/comms/consents", json=given | {"source": HOSTILE}).raise_for_status()
    shown = text(operator, "/app/consents?kind=implied")
    assert "2027-01-31" in shown
    assert "&lt;b onmouse" in shown
    assert 'data-path="/core/comms/consents"' in shown
    assert Writes(text(viewer, "/app/consents")).found == []
    assert "No consent matches" in text(viewer, "/app/consents?address=dana@example.com")
