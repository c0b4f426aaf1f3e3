"""Refused and odd requests over real HTTP: responses, log lines and audit events."""

import json
import re
from typing import Any, ClassVar

import pytest

from backend.app.core_gov.access.system_user import system_user
from backend.app.kit.http import middleware
from backend.tests.core_gov.access.target import (
    DEALS,
    Logged,
    Serve,
    Target,
    lines_of,
    problem,
)
from backend.tests.core_gov.access.wire import send, write_request
from backend.tests.harness import LogSink
from backend.tests.promises import promise

BODY = json.dumps({"name": "made by an attacker"}).encode()


class TestTrail:
    """Requests refused by a rule: the response, the log and the audit trail have one request id."""

    @promise(
        "Errors",
        "Requests refused by a rule (403, 409, 412) are logged and audited in their own transaction; malformed input "
        "is not audited.",
    )
    @promise("Operations", "Logs are structured, and responses carry the request id of their log lines.")
    def test_refusal_has_one_request_id_in_response_log_and_trail(self, target: Target, logged: Logged) -> None:
        reply = target.ask([("Host", "evil.example"), ("X-Request-ID", "trace-me.1")], method="POST", body=BODY)
        assert reply.headers["x-request-id"] == "trace-me.1"
        lines = lines_of(logged, "trace-me.1")
        assert [(line["event"], line["client"]) for line in lines] == [
            ("refused", "127.0.0.1"),
            ("request", "127.0.0.1"),
        ]
        events = target.audited("trace-me.1")
        assert [(event["actor"], event["outcome"], event["action"]) for event in events] == [
            ("client 127.0.0.1", "refused", f"POST {DEALS}")
        ]
        assert events[0]["detail"] == "403 " + problem(reply)["detail"]

    def test_conflict_and_failed_precondition_are_audited(self, target: Target) -> None:
        with target.client() as client:
            draft = client.post("/core/comms/drafts", json={"body": "hello"}).json()["id"]
            path = f"/core/comms/drafts/{draft}"
            conflict = client.patch(path, json={"status": "sent"})
            lost = client.patch(path, json={"body": "x"}, headers={"If-Match": '"other"'})
        assert (conflict.status_code, lost.status_code) == (409, 412)
        for answer in (conflict, lost):
            (event,) = target.audited(answer.headers["x-request-id"])
            assert (event["actor"], event["outcome"]) == (system_user(), "refused")
            assert event["detail"] == f"{answer.status_code} {answer.json()['detail']}"

    MALFORMED: ClassVar = (
        ({"method": "POST", "url": DEALS, "content": b"{", "headers": {"Content-Type": "application/json"}}, 400),
        ({"method": "GET", "url": "/core/deals/none"}, 404),
        ({"method": "GET", "url": DEALS, "headers": {"Authorization": "Bearer x"}}, 401),
    )

    @promise(
        "Errors",
        "Requests refused by a rule (403, 409, 412) are logged and audited in their own transaction; malformed input "
        "is not audited.",
    )
    @pytest.mark.parametrize(("request_", "status"), MALFORMED)
    def test_malformed_input_is_logged_but_not_audited(
        self, target: Target, logged: Logged, request_: dict[str, Any], status: int
    ) -> None:
        with target.client() as client:
            reply = client.request(**request_)
        assert reply.status_code == status
        request_id = reply.headers["x-request-id"]
        (refused,) = [line for line in lines_of(logged, request_id) if line["event"] == "refused"]
        assert refused["detail"] == reply.json()["detail"]
        assert target.audited(request_id) == []

    @pytest.mark.parametrize("sane", ["a", "A-b_c.9", "x" * 64])
    def test_valid_request_id_is_kept(self, target: Target, sane: str) -> None:
        assert target.ask([("Host", target.own), ("X-Request-ID", sane)]).headers["x-request-id"] == sane

    @pytest.mark.parametrize("odd", ["", "x" * 65, "a b", "a\tb", "a;b", '{"a":1}', "\xe4", "../../etc", "a, b"])
    def test_invalid_request_id_is_replaced(self, target: Target, odd: str, logged: Logged) -> None:
        given = target.ask([("Host", target.own), ("X-Request-ID", odd)]).headers["x-request-id"]
        assert re.fullmatch("[0-9a-f]{16}", given)
        lines_of(logged, given)
        assert odd == "" or json.dumps(odd) not in json.dumps(logged())

    def test_audited_refusals_of_clients_without_access_are_limited(
        self, serve: Serve, logged: Logged, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(middleware, "MAX_AUDITED_WITHOUT_ACCESS", (5, 3600.0))
        target = serve()
        asked = [("Host", "evil.example")]
        given = [target.ask(asked).headers["x-request-id"] for _ in range(8)]
        lines = [lines_of(logged, request_id) for request_id in given]
        assert [lines[n][0]["event"] for n in range(8)] == ["refused"] * 8
        audited = {event["request_id"] for event in target.audited()}
        assert [request_id in audited for request_id in given] == [True] * 5 + [False] * 3
        assert ["refusal not audited" in {line["event"] for line in found} for found in lines] == [False] * 5 + [
            True
        ] * 3

    ODD_PATHS = (
        "/core/deals/%0A%1B[31mred",
        "/core/%7Bx%7D",
        "/core/deals/a%22b",
        "/core/%E2%80%AE",
        "/core/%C2%9B31m",
    )

    @pytest.mark.parametrize("path", ODD_PATHS)
    def test_path_cannot_inject_log_lines_or_terminal_codes(
        self, target: Target, path: str, log_sink: LogSink, logged: Logged
    ) -> None:
        replies = [target.ask([("Host", host)], target=path) for host in (target.own, "evil.example")]
        for reply in replies:
            lines_of(logged, reply.headers["x-request-id"])
        said = "".join(log_sink.lines)
        assert all(json.loads(line)["at"] for line in said.splitlines())
        assert said.isascii()
        assert "\x1b" not in said


class TestOddRequests:
    @pytest.mark.parametrize("method", ["TRACE", "DELETE", "PUT", "OPTIONS", "PROPFIND"])
    def test_unsupported_method_is_405(self, target: Target, method: str) -> None:
        reply = target.ask([("Host", target.own), ("Secret", "s3cret")], method=method)
        assert reply.status == 405
        assert reply.headers["allow"] == "GET, POST"
        assert "s3cret" not in reply.text

    def test_head_is_get_without_body(self, target: Target) -> None:
        got, head = (target.ask([("Host", target.own)], method=method) for method in ("GET", "HEAD"))
        assert head.status == 200
        assert head.body == b""
        assert head.headers["content-length"] == str(len(got.body))

    @pytest.mark.parametrize(
        "request_",
        [
            b"BREW /pot HTTP/1.1\r\nHost: localhost\r\n\r\n",
            b"CONNECT evil.example:443 HTTP/1.1\r\nHost: localhost\r\n\r\n",
            b"GET /\xff HTTP/1.1\r\nHost: localhost\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost: localhost\r\nX: a\x00b\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost : localhost\r\n\r\n",
            b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
            b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
            b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
            b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\nhello",
        ],
    )
    def test_invalid_http_is_400(self, target: Target, request_: bytes) -> None:
        assert send(target.port, request_).status == 400

    def test_too_many_headers_are_refused(self, target: Target) -> None:
        reply = target.ask([("Host", target.own), *((f"X-{n}", "x") for n in range(200))])
        assert reply.status == 400
        assert "header lines" in problem(reply)["detail"]

    @pytest.mark.parametrize("long", ["/core/deals/" + "x" * 9_000, "/core/deals?limit=" + "1" * 9_000])
    def test_long_target_is_refused_and_shortened_in_the_log(self, target: Target, long: str, logged: Logged) -> None:
        reply = target.ask([("Host", target.own)], target=long)
        assert reply.status == 400
        assert "longer than" in problem(reply)["detail"]
        assert len(json.dumps(lines_of(logged, reply.headers["x-request-id"]))) < 10_000

    @pytest.mark.parametrize(
        "name", ["Host", "Origin", "Authorization", "Referer", "X-Forwarded-For", "If-Match", "X-Request-ID"]
    )
    def test_long_header_is_not_repeated(self, target: Target, name: str, logged: Logged) -> None:
        others = [] if name == "Host" else [("Host", target.own)]
        reply = target.ask([*others, (name, "x" * 60_000)])
        assert reply.status in {200, 400, 401, 403}
        assert len(reply.body) < 2_000
        assert len(json.dumps(lines_of(logged, reply.headers["x-request-id"]))) < 2_000

    def test_trailer_named_like_a_header_is_no_internal_error(self, target: Target) -> None:
        chunked = b"2\r\n{}\r\n0\r\nContent-Length: " + b"9" * 5_000 + b"\r\n\r\n"
        head = [("Host", target.own), ("Content-Type", "application/json"), ("Transfer-Encoding", "chunked")]
        reply = send(target.port, write_request(DEALS, head, method="POST") + chunked)
        assert reply.status in {400, 413}
