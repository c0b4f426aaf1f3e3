"""Filters of the send log, and references of providers that occur twice, over HTTP on both databases."""

import httpx

from backend.tests.contract.answers import everything
from backend.tests.contract.kinds import unique
from backend.tests.core_gov.comms.test_mark_sent import LOG, draft, log_of, mark_sent
from backend.tests.promises import promise


class TestReferences:
    @promise("Messages", "`mark_sent` warns if the provider's reference is in the send log for another draft.")
    def test_reference_of_another_draft_is_a_warning(self, shared_api: httpx.Client) -> None:
        ref, (one, other) = unique("SM"), (draft(shared_api), draft(shared_api))
        assert "warnings" not in mark_sent(shared_api, one, provider="twilio", provider_ref=ref).json()
        found = mark_sent(shared_api, other, provider=" Twilio ", provider_ref=f"{ref}\n").json()
        warning = f"reference {ref} of Twilio is in the send log already: {one['id']}"
        assert (found["provider_ref"], found["warnings"]) == (ref, [warning])
        assert "warnings" not in log_of(shared_api, other)[0]
        third = mark_sent(shared_api, draft(shared_api), provider="sendgrid", provider_ref=ref).json()
        assert "warnings" not in third


class TestFilters:
    @promise(
        "Messages",
        "`GET /core/comms/sendlog` filters by channel, deal_id, contact_id, draft_id, recipient, provider and time.",
    )
    def test_log_is_filtered_by_recipient(self, shared_api: httpx.Client) -> None:
        contact = unique("ct")

        def found(**filters: str) -> list[str]:
            return [each["to"] for each in everything(shared_api, LOG, {"contact_id": contact, **filters})]

        texts = {
            "(416) 555-0199 x5": "sms", "+1 416 555 0199": "call", "4165550199": "dm", "@dana": "dm",
            "Dana@B\u00fccher.example": "email", "dana@xn--bcher-kva.EXAMPLE": "email", "+1234567890": "sms",
            "JOS\u00c9@example.com": "email",
        }  # fmt: skip
        for to, channel in texts.items():
            mark_sent(shared_api, draft(shared_api, channel=channel, to=to, contact_id=contact))
        phones, emails = ["+1 416 555 0199", "(416) 555-0199 x5"], list(texts)[5:3:-1]
        assert found(to="416.555.0199") == phones
        assert found(to="4165550199") == ["4165550199", *phones]
        assert found(to_e164="+14165550199") == found(to_e164=" 14165550199") == phones
        assert found(to="DANA@b\u00fccher.example") == found(to_email="dana@xn--bcher-kva.example") == emails
        accented = ["JOS\u00c9@example.com"]
        assert found(to="jos\u00c9@EXAMPLE.com") == found(to_email=accented[0]) == accented
        assert (found(to="@dana"), found(to="+1234567890"), found(to="@DANA")) == (["@dana"], ["+1234567890"], [])

    def test_log_is_filtered_by_reference_and_time(self, shared_api: httpx.Client) -> None:
        ref = unique("SM")
        one, other = (
            mark_sent(shared_api, draft(shared_api), provider=each, provider_ref=ref).json() for each in ("a", "b")
        )

        def found(**filters: str) -> list[str]:
            return [each["id"] for each in everything(shared_api, LOG, {"provider_ref": ref, **filters})]

        assert found() == [other["id"], one["id"]]
        assert found(provider="a") == found(until=other["sent_at"]) == [one["id"]]
        assert found(since=other["sent_at"]) == [other["id"]]
        assert shared_api.get(LOG, params={"since": "yesterday"}).status_code == 400
