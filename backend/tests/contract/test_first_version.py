"""The first version's own sequence of calls, with its own values, on both databases."""

import json
from pathlib import Path
from typing import Any

import httpx

from backend.tests.promises import promise

CALLS: list[dict[str, Any]] = json.loads(Path(__file__).with_name("v1_calls.json").read_bytes())["calls"]


@promise("API", "The calls of the first version, with its own values, succeed with the same statuses.")
def test_calls_of_the_first_version_succeed(shared_api: httpx.Client) -> None:
    saved: dict[str, str] = {}
    for call in CALLS:
        body = json.loads(_filled(json.dumps(call["body"]), saved)) if "body" in call else None
        answer = shared_api.request(call["method"], _filled(call["path"], saved), json=body)
        assert answer.status_code == call["status"], (call["step"], answer.text)
        found = answer.json()
        for name, value in json.loads(_filled(json.dumps(call.get("expect", {})), saved)).items():
            assert found[name] == value, call["step"]
        sent = body or {}
        assert {name: value for name, value in found.items() if name in sent} == sent, call["step"]
        if "save" in call:
            saved[call["save"]] = found["id"]


def _filled(text: str, saved: dict[str, str]) -> str:
    for name, value in saved.items():
        text = text.replace("{" + name + "}", value)
    return text
