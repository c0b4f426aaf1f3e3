"""Internal errors return a 500 with the request id of the log, and store nothing."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from backend.app.core_gov.comms import service as comms
from backend.tests.contract.answers import refused
from backend.tests.contract.kinds import unique
from backend.tests.promises import promise


class TestFailures:
    @pytest.fixture
    def break_(self, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
        def make_fail(name: str) -> None:
            real = getattr(comms, name)

            def fail(*args: Any, **kw: Any) -> Any:
                real(*args, **kw)
                raise ZeroDivisionError("a secret of ours")

            monkeypatch.setattr(comms, name, fail)

        return make_fail

    @promise("Errors", "A 500 response has an id that the log also has, and no stack trace.")
    @pytest.mark.parametrize(
        ("act", "method", "path"),
        [
            ("list_drafts", "GET", "/core/comms/drafts"),
            ("create_draft", "POST", "/core/comms/drafts"),
        ],
    )
    def test_500_returns_the_request_id_of_the_log(
        self,
        shared_api: httpx.Client,
        break_: Callable[[str], None],
        logged: Callable[[], list[dict[str, Any]]],
        act: str,
        method: str,
        path: str,
    ) -> None:
        newest = shared_api.get("/core/comms/drafts", params={"limit": 1}).text
        trail = shared_api.get("/core/audit/events", params={"limit": 1}).text
        break_(act)
        answer = shared_api.request(method, path, json={"body": "x"} if method == "POST" else None)
        request_id = answer.headers["x-request-id"]
        refused(answer, 500, f"internal error; the log has details under {request_id}")
        assert "secret" not in answer.text
        assert "Traceback" not in answer.text
        (entry,) = [line for line in logged() if line["level"] == "error"]
        assert entry["request_id"] == request_id
        assert "ZeroDivisionError: a secret of ours" in entry["exception"]
        if method == "POST":
            assert shared_api.get("/core/comms/drafts", params={"limit": 1}).text == newest
        assert shared_api.get("/core/audit/events", params={"limit": 1}).text == trail

    def test_500_is_not_stored_under_the_idempotency_key(
        self, shared_api: httpx.Client, break_: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        headers = {"Idempotency-Key": unique("key")}
        with monkeypatch.context():
            break_("create_draft")
            assert shared_api.post("/core/comms/drafts", json={"body": "x"}, headers=headers).status_code == 500
        monkeypatch.undo()
        assert shared_api.post("/core/comms/drafts", json={"body": "x"}, headers=headers).status_code == 201
