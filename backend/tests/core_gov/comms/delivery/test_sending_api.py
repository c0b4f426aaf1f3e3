"""Operations of sending over HTTP, in a service that does not dispatch: deliveries stay as they are."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from backend.app.settings import Settings
from backend.tests.core_gov.comms.delivery.test_first_text import delivery, ready, send
from backend.tests.core_gov.comms.senders.twilio_double import write_senders
from backend.tests.harness import http_client, serving
from backend.tests.promises import promise

HALIFAX = {"country": "CA", "region": "NS"}
FAR = "2099-06-02T15:00:00.000000Z"
"""A Tuesday at noon in Halifax."""
FAR_END = "2099-06-02T18:00:00.000000Z"


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    root = tmp_path_factory.mktemp("sending") / "data"
    write_senders(root, "http://127.0.0.1:9", cost_per_segment="0.0083", currency="CAD")
    with (root / "senders.toml").open("a") as file:
        file.write('[by-hand]\nkind = "manual"\nchannel = "letter"\nlegal_name = "Maple Homes Inc."\n')
    with serving(Settings(data_dir=root, jobs=False)) as url, http_client(url) as client:
        yield client


def refused(answer: httpx.Response, status: int, part: str) -> None:
    """Assert that the response is a problem document whose sentence has this part."""
    assert answer.status_code == status, answer.text
    assert part in answer.json()["detail"], answer.text


_numbers = iter(range(1, 1_000))


def number() -> str:
    """Return a phone number that no other test uses."""
    return f"+1902555{next(_numbers):04}"


def at_noon(api: httpx.Client, draft: dict[str, Any], **fields: Any) -> httpx.Response:
    """Send a draft at a time that is permitted for servicing."""
    return send(api, draft, **{"purpose": "servicing", "place": HALIFAX, "send_at": FAR} | fields)


@promise(
    "Messages", "`POST /core/comms/drafts/{draft_id}/check` says what would happen to a message, why, and its cost."
)
def test_check_shows_the_decision_segments_and_cost(api: httpx.Client) -> None:
    draft = ready(api, number(), "é" * 71 + "Ω€")
    check = f"/core/comms/drafts/{draft['id']}/check"
    body = {"sender": "main-line", "purpose": "servicing", "place": HALIFAX, "send_at": FAR}
    found = api.post(check, json=body).json()
    assert (found["decision"], found["encoding"], found["segments"], found["cost"]) == ("send", "GSM-7", 1, "0.0083")
    found = api.post(check, json=body | {"purpose": "selling"}).json()
    assert found["decision"] in {"ask", "refuse"}
    assert all(each["rule"] and each["source"] for each in found["reasons"])
    assert api.get(f"/core/comms/drafts/{draft['id']}/delivery").status_code == 404


@promise("Messages", "While a message is being sent, its draft and its status cannot change: 409 names cancel.")
@promise(
    "Messages", "`POST /core/comms/drafts/{draft_id}/cancel` stops a message until the request to the provider begins."
)
def test_draft_is_frozen_until_its_delivery_is_canceled(api: httpx.Client) -> None:
    draft = ready(api, number())
    assert at_noon(api, draft).status_code == 201
    path = f"/core/comms/drafts/{draft['id']}"
    for change in ({"body": "other"}, {"status": "draft"}, {"to": number()}, {"status": "archived"}):
        refused(api.patch(path, json=change), 409, "being sent; cancel that first")
    refused(api.post(f"{path}/mark_sent"), 409, "being sent; cancel that first")
    refused(at_noon(api, draft), 409, "being sent; cancel that first")
    assert api.patch(path, json={"tags": ["roof"]}).status_code == 200
    for _ in range(2):
        assert api.post(f"{path}/cancel").json()["state"] == "canceled"
    assert api.get(path).json()["delivery_id"] is None
    assert api.patch(path, json={"body": "other"}).status_code == 200


BAD: dict[str, tuple[dict[str, Any], int, str]] = {
    "unknown sender": ({"sender": "nobody"}, 400, "there is no sender nobody"),
    "manual sender": ({"sender": "by-hand"}, 409, "is a manual sender"),
    "send_at in the past": ({"send_at": "2020-01-01T00:00:00Z"}, 400, "send_at is in the past"),
    "not_after before send_at": ({"not_after": "2099-06-02T14:00:00Z"}, 400, "not_after must be later than send_at"),
    "not_after too soon": ({"send_at": None, "not_after": "2020-01-01T00:00:00Z"}, 400, "not_after must be later"),
    "unknown purpose": ({"purpose": "spam"}, 400, "purpose must be one of"),
    "unknown field": ({"when": "now"}, 400, "when is not a known field"),
}


@promise("Messages", "What cannot be sent is refused with one sentence before anything is stored.")
@pytest.mark.parametrize("what", BAD)
def test_bad_input_is_refused_with_one_sentence(api: httpx.Client, what: str) -> None:
    fields, status, sentence = BAD[what]
    draft = ready(api, number())
    refused(at_noon(api, draft, **fields), status, sentence)
    assert api.get(f"/core/comms/drafts/{draft['id']}/delivery").status_code == 404


def test_draft_that_cannot_be_sent_is_refused(api: httpx.Client) -> None:
    draft = api.post("/core/comms/drafts", json={"to": number(), "body": "x"}).json()
    refused(at_noon(api, draft), 409, "a draft that is draft cannot be sent; only one that is ready can")
    draft = ready(api, "ask her")
    refused(at_noon(api, draft), 409, "is not verified")
    draft = ready(api, number(), "x" * 1_601)
    refused(at_noon(api, draft), 409, "1,601")
    email = api.post("/core/comms/drafts", json={"channel": "email", "body": "x", "status": "ready"}).json()
    refused(at_noon(api, email), 400, "sender main-line sends sms, not email")
    refused(api.post("/core/comms/drafts/dr_none/send", json={"sender": "main-line", "purpose": "reply"}), 404, "draft")


@promise(
    "Consent", "`POST /core/comms/opt_outs` blocks every text and call to an address at once, however it is written."
)
@promise(
    "Consent", "`POST /core/comms/opt_outs/{opt_out_id}/lift` ends an opt-out by decision of a person, with the reason."
)
@promise("Consent", "`GET /core/comms/opt_outs` lists opt-outs, ended ones too.")
def test_opt_out_blocks_until_it_is_lifted(api: httpx.Client) -> None:
    to = number()
    spelled = f"({to[2:5]}) {to[5:8]}-{to[8:]}"
    made = api.post("/core/comms/opt_outs", json={"address": spelled, "note": "She called."}).json()
    assert (made["address"], made["channel"], made["source"]) == (to, "sms", "person")
    again = api.post("/core/comms/opt_outs", json={"address": to}).json()
    assert again["id"] == made["id"]
    listed = api.get("/core/comms/opt_outs", params={"address": spelled}).json()["items"]
    assert {each["channel"] for each in listed} == {"sms", "call"}
    draft = ready(api, to)
    refused(at_noon(api, draft), 409, "opt_out")
    refused(at_noon(api, draft, purpose="reply"), 409, "opt_out")
    lifted = api.post(f"/core/comms/opt_outs/{made['id']}/lift", json={"reason": "She wrote on paper."}).json()
    assert (lifted["ended_reason"], lifted["ended_at"] is not None) == ("She wrote on paper.", True)
    assert at_noon(api, draft).status_code == 201


@promise("Consent", "`POST /core/comms/consents` records consent; without any, buying and selling ask a person.")
@promise("Consent", "`GET /core/comms/consents` lists consent.")
@promise(
    "Messages", "`POST /core/comms/deliveries/{delivery_id}/release` lets a held message go on by a named override."
)
def test_marketing_without_consent_is_held_for_a_person(api: httpx.Client) -> None:
    to = number()
    text = "Maple Homes Inc.: are you selling your house?"
    draft = ready(api, to, text)
    held = at_noon(api, draft, purpose="buying").json()
    assert (held["state"], "consent" in held["reason"]) == ("held", True)
    path = f"/core/comms/deliveries/{held['id']}/release"
    refused(api.post(path, json={"rules": ["opt_out"], "reason": "x"}), 400, "nobody may override")
    released = api.post(path, json={"rules": ["ca_consent"], "reason": "She asked on the phone."}).json()
    assert released["state"] == "waiting"
    refused(api.post(path, json={"rules": [], "reason": "again"}), 409, "only one that is held can be released")
    consent = {"address": to, "kind": "express", "obtained_on": "2026-01-31", "source": "web form"}
    made = api.post("/core/comms/consents", json=consent).json()
    changed = api.post("/core/comms/consents", json=consent | {"kind": "implied", "until": "2099-12-31"}).json()
    assert changed["id"] == made["id"]
    assert api.get("/core/comms/consents", params={"address": to}).json()["items"] == [changed]
    refused(api.post("/core/comms/consents", json=consent | {"kind": "implied"}), 400, "until is required")
    other = at_noon(api, ready(api, to, text), purpose="buying").json()
    assert other["state"] == "waiting"


@promise("Messages", "`POST /core/comms/stop` stops all sending in every process; `POST /core/comms/resume` ends that.")
@promise("Messages", "`GET /core/comms/sending` shows holds, senders and what went wrong with them.")
def test_all_sending_stops_and_resumes(api: httpx.Client) -> None:
    stopped = api.post("/core/comms/stop", json={"reason": "Wrong list."}).json()["stopped"]
    assert api.post("/core/comms/stop", json={"reason": "Again."}).json()["stopped"] == stopped
    found = api.get("/core/comms/sending").json()
    assert (found["stopped"]["reason"], found["held"], found["faults"]) == ("Wrong list.", None, [])
    assert [(each["name"], each["kind"]) for each in found["senders"]] == [
        ("main-line", "twilio"),
        ("by-hand", "manual"),
    ]
    assert api.post("/core/comms/resume").json()["stopped"] is None


@promise("Messages", "`GET /core/comms/deliveries` lists deliveries by state, sender, draft and recipient.")
@promise("Messages", "`GET /core/comms/deliveries/{delivery_id}` has a delivery with what a person can do.")
@promise("Messages", "`GET /core/comms/deliveries/{delivery_id}/evidence` has everything that happened to a delivery.")
def test_deliveries_are_listed_with_their_evidence(api: httpx.Client) -> None:
    to = number()
    drafts = [ready(api, to) for _ in range(3)]
    made = [at_noon(api, draft).json() for draft in drafts]
    first = api.get("/core/comms/deliveries", params={"to": to, "limit": 2}).json()
    rest = api.get("/core/comms/deliveries", params={"to": to, "cursor": first["next_cursor"]}).json()
    assert [*first["items"], *rest["items"]] == made[::-1]
    assert api.get("/core/comms/deliveries", params={"to": to, "state": "held"}).json()["items"] == []
    assert api.get(f"/core/comms/deliveries/{made[0]['id']}").json() == made[0] == delivery(api, drafts[0])
    evidence = api.get(f"/core/comms/deliveries/{made[0]['id']}/evidence").json()
    assert [each["kind"] for each in evidence["events"]] == ["created"]
    for path in ("", "/evidence"):
        refused(api.get(f"/core/comms/deliveries/dl_none{path}"), 404, "delivery not found")


@promise("Messages", "`POST /core/comms/drafts/{draft_id}/copy` makes a draft of the same content, to send it again.")
def test_copy_has_the_content_and_is_a_draft(api: httpx.Client) -> None:
    draft = ready(api, number(), "Again?")
    copied = api.post(f"/core/comms/drafts/{draft['id']}/copy")
    assert copied.status_code == 201
    found = copied.json()
    assert (found["to"], found["body"], found["status"]) == (draft["to"], "Again?", "draft")
    assert found["id"] != draft["id"]


def test_only_uncertain_deliveries_are_settled(api: httpx.Client) -> None:
    made = at_noon(api, ready(api, number())).json()
    body = {"outcome": "accepted", "evidence": "seen"}
    refused(api.post(f"/core/comms/deliveries/{made['id']}/settle", json=body), 409, "only one that is uncertain")


def test_equal_requests_with_a_key_send_once(api: httpx.Client) -> None:
    draft = ready(api, number())
    path = f"/core/comms/drafts/{draft['id']}/send"
    body = {"sender": "main-line", "purpose": "servicing", "place": HALIFAX, "send_at": FAR}
    answers = {api.post(path, json=body, headers={"Idempotency-Key": f"k-{draft['id']}"}).text for _ in range(3)}
    assert len(answers) == 1
