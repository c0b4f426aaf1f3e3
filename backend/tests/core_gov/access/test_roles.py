"""Permissions of each role, for every operation."""

from typing import Any

import pytest

from backend.app.kit.http.operation import FORM
from backend.tests.core_gov.access.target import Serve, bearer
from backend.tests.promises import promise

AUDIT = "/core/audit/"
FOR_ADMINS = (
    *(
        AUDIT,
        "/core/access/people",
        "/core/market/schedules/",
        "/core/comms/resume",
        "/core/comms/release",
        "/core/market/models/",
        "/core/comms/opt_outs/{opt_out_id}/lift",
    ),
    *(f"/core/comms/deliveries/{{delivery_id}}/{act}" for act in ("release", "settle")),
    *(f"/core/jv/agreements/{{agreement_id}}/{act}" for act in ("periods", "unblock")),
)
READS = {"get", "head"}
FOR_EVERYONE = {
    f"/core/access/{name}"
    for name in (
        *("sign_in", "sign_out", "links/read", "links/accept", "password", "email", "tokens"),
        *("sessions/{session_id}/end", "sessions/end_others"),
        *("sign_in/code", "sign_in/passkey", "sign_in/passkey/begin"),
        *("confirm", "confirm/passkey", "confirm/passkey/begin"),
        *("factors/totp", "factors/totp/confirm", "factors/totp/remove", "factors/recovery_codes"),
        *("factors/passkeys", "factors/passkeys/begin"),
        *("factors/passkeys/{passkey_id}", "factors/passkeys/{passkey_id}/remove"),
        *("providers/{provider}/sign_in", "providers/{provider}/back_channel_logout"),
        *("identities/{identity_id}/unlink",),
    )
}
"""Changes that concern only whoever makes them."""
FOR_PEOPLE = tuple(f"/core/access/tokens/{{token_name}}/{act}" for act in ("rotate", "revoke"))
"""Changes that people make of what is theirs, and tokens only as admins."""


@pytest.fixture
def outcomes(serve: Serve, tokens: dict[str, str], role: str) -> dict[tuple[str, str], int]:
    """Return the status of each operation, for unknown ids and empty bodies."""
    target = serve()
    found: dict[tuple[str, str], int] = {}
    with target.client(headers=bearer(tokens[role])) as client:
        paths: dict[str, Any] = client.get("/openapi.json").json()["paths"]
        for path, operations in paths.items():
            for method in operations:
                url = path.replace("{", "").replace("}", "")
                media = operations[method].get("requestBody", {}).get("content", {})
                body: dict[str, Any] = {"data": {"a": "b"}} if FORM in media else {"json": {} if media else None}
                found[method, path] = client.request(method, url, **body).status_code
    assert len(found) > 20
    return found


@promise("Access", "A viewer reads, an operator also changes, and an admin also reads the audit trail.")
@pytest.mark.parametrize("role", ["viewer"])
def test_viewer_reads_but_changes_nothing(outcomes: dict[tuple[str, str], int]) -> None:
    for (method, path), status in outcomes.items():
        forbidden = (method not in READS and path not in FOR_EVERYONE) or path.startswith(FOR_ADMINS)
        assert (status == 403) == forbidden, (method, path, status)


@promise("Audit trail", "Only the role admin can read the audit trail.")
@promise("Access", "A viewer reads, an operator also changes, and an admin also reads the audit trail.")
@pytest.mark.parametrize("role", ["operator"])
def test_operator_neither_reads_the_audit_trail_nor_manages_people(outcomes: dict[tuple[str, str], int]) -> None:
    for (method, path), status in outcomes.items():
        assert (status == 403) == path.startswith((*FOR_ADMINS, *FOR_PEOPLE)), (method, path, status)


@promise("Audit trail", "Only the role admin can read the audit trail.")
@promise("Access", "A viewer reads, an operator also changes, and an admin also reads the audit trail.")
@pytest.mark.parametrize("role", ["admin"])
def test_admin_does_everything(outcomes: dict[tuple[str, str], int]) -> None:
    assert set(outcomes.values()) <= {200, 400, 404, 409}
    assert {status for (_, path), status in outcomes.items() if path.startswith(AUDIT)} == {200}


@pytest.mark.parametrize("role", ["revoked"])
def test_revoked_token_is_refused_everywhere(serve: Serve, tokens: dict[str, str], role: str) -> None:
    with serve().client(headers=bearer(tokens[role])) as client:
        for path in ("/core/deals", "/healthz", "/metrics", "/docs", "/openapi.json", "/nothing"):
            assert client.get(path).status_code == 401


def test_refused_write_of_a_viewer_is_audited_under_its_name(serve: Serve, tokens: dict[str, str]) -> None:
    target = serve()
    with target.client(headers=bearer(tokens["viewer"])) as client:
        answer = client.post("/core/deals", json={"name": "not mine to make"})
    assert answer.status_code == 403
    (event,) = target.audited(answer.headers["x-request-id"])
    assert (event["actor"], event["outcome"], event["action"]) == ("viewer-token", "refused", "POST /core/deals")
