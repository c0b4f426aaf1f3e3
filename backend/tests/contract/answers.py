"""What tests ask of answers again and again."""

import re
from typing import Any

import httpx

MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")


def refused(answer: httpx.Response, status: int, detail: str) -> None:
    """Asserts that this is the one and only answer of a refusal, in the shape that every error has."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["detail"] == detail
    assert problem["status"] == status
    assert problem["request_id"] == answer.headers["x-request-id"]
    assert problem.keys() <= {"type", "title", "status", "detail", "request_id", "errors"}


def events(api: httpx.Client, record_id: str) -> list[dict[str, Any]]:
    """The audit trail of a record, newest first."""
    found: list[dict[str, Any]] = api.get(f"/core/audit/records/{record_id}").json()["items"]
    return found


def everything(
    api: httpx.Client, path: str, params: dict[str, Any] | None = None, limit: int = 500
) -> list[dict[str, Any]]:
    """All items of a list, page by page."""
    found: list[dict[str, Any]] = []
    cursor: dict[str, str] = {}
    while True:
        answer = api.get(path, params={**(params or {}), "limit": limit, **cursor}).json()
        found += answer["items"]
        if "next_cursor" not in answer:
            return found
        cursor = {"cursor": answer["next_cursor"]}
