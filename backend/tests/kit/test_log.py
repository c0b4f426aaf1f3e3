"""Logs: one JSON object per line, for any logger and any values."""

import io
import json
import logging
import re
import subprocess
import sys
import threading
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from backend.app.kit import log as logs
from backend.tests.core_gov.access.wire import send
from backend.tests.harness import ROOT, LogSink, Server, clean_environment, until
from backend.tests.promises import promise

AT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def as_it_was(log_sink: LogSink) -> Iterator[None]:
    """Restore the session's log sink for the other tests."""
    yield
    configure_for_tests(log_sink)


def configure_for_tests(sink: LogSink) -> None:
    ORIGINAL("info", "json", sink.stream)


# The fixtures of the session put a stream of their own in its place.
ORIGINAL = logs.configure


def written(
    form: logs.LogFormat, write: Callable[[Any], None], level: str = "info", out: io.StringIO | None = None
) -> str:
    out = out or io.StringIO()
    ORIGINAL(level, form, out)
    write(structlog.get_logger())
    return out.getvalue()


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


class TestJson:
    def test_event_is_one_json_line(self) -> None:
        (line,) = lines(written("json", lambda log: log.info("hello", request_id="r1", n=1, path=Path("x"))))
        assert AT.fullmatch(line.pop("at"))
        assert line == {"level": "info", "event": "hello", "request_id": "r1", "n": 1, "path": repr(Path("x"))}

    @given(text=st.text())
    def test_values_cannot_inject_lines_or_fields(self, text: str) -> None:
        said = written("json", lambda log: log.warning("x", path=text))
        assert said.isascii()
        assert said.count("\n") == 1
        assert lines(said)[0]["path"] == text

    @given(method=st.text(max_size=20), path=st.text(), client=st.text(), actor=st.text())
    def test_values_of_a_request_line_cannot_inject_fields(
        self, method: str, path: str, client: str, actor: str
    ) -> None:
        said = written("json", lambda _: logs.request("r1", method, path, 200, client, actor, 1.2345))
        (line,) = lines(said)
        assert said.isascii()
        assert AT.fullmatch(line.pop("at"))
        assert line == {
            "level": "info",
            "event": "request",
            "request_id": "r1",
            "method": method,
            "path": path,
            "status": 200,
            "client": client,
            "actor": actor,
            "ms": 1.23,
        }

    def test_exception_is_on_one_line(self) -> None:
        def fail(log: Any) -> None:
            secret = "the value of a variable"
            try:
                raise ValueError("first\nsecond\x1b[31m")
            except ValueError as error:
                log.error("failed", exc_info=error, length=len(secret))

        (line,) = lines(written("json", fail))
        assert line["level"] == "error"
        assert "ValueError: first\nsecond\x1b[31m" in line["exception"]
        assert "the value of a variable" not in line["exception"].replace('secret = "the value of a variable"', "")

    @pytest.mark.parametrize(("level", "expected"), [("debug", 4), ("info", 3), ("warning", 2), ("error", 1)])
    def test_events_below_the_level_are_left_out(self, level: str, expected: int) -> None:
        def each(log: Any) -> None:
            log.debug("a")
            logs.request("r", "GET", "/", 200, "c", "a", 1.0)
            log.warning("c")
            log.error("d")

        assert len(lines(written("json", each, level))) == expected


class TestLibraries:
    @pytest.mark.parametrize("name", ["uvicorn", "uvicorn.error", "asyncio", "anything"])
    def test_library_logs_have_the_same_form(self, name: str) -> None:
        (line,) = lines(written("json", lambda _: logging.getLogger(name).warning("lost %s of %d", "one\n", 2)))
        assert (line["level"], line["event"], line["logger"]) == ("warning", "lost one\n of 2", name)

    def test_library_exceptions_have_their_stack_trace(self) -> None:
        def fail(_: Any) -> None:
            try:
                raise ValueError("why")
            except ValueError:
                logging.getLogger("uvicorn.error").exception("Exception in ASGI application\n")

        (line,) = lines(written("json", fail))
        assert line["level"] == "error"
        assert "ValueError: why" in line["exception"]

    def test_handlers_of_uvicorn_are_removed(self) -> None:
        for name in ("uvicorn", "uvicorn.access"):
            logging.getLogger(name).addHandler(logging.StreamHandler())
        written("json", lambda log: None)
        assert not logging.getLogger("uvicorn").handlers
        assert not logging.getLogger("uvicorn.access").hasHandlers()  # this is how uvicorn decides to write it or not

    def test_configuring_twice_does_not_duplicate_lines(self) -> None:
        for _ in range(3):
            ORIGINAL("info", "json", io.StringIO())
        assert len(lines(written("json", lambda _: logging.getLogger("x").error("once")))) == 1

    def test_a_level_between_the_usual_ones_and_a_message_that_cannot_be_formatted(self) -> None:
        def odd(_: Any) -> None:
            logging.getLogger("x").log(35, "between")

        assert lines(written("json", odd))[0]["level"] == "warning"


class TestText:
    @pytest.mark.parametrize(
        ("form", "out", "is_json"),
        [
            ("auto", io.StringIO(), True),
            ("auto", Terminal(), False),
            ("text", io.StringIO(), False),
            ("json", Terminal(), True),
        ],
    )
    def test_terminal_gets_text(self, form: logs.LogFormat, out: io.StringIO, is_json: bool) -> None:
        assert written(form, lambda log: log.info("x"), out=out).startswith("{") == is_json

    def test_only_a_terminal_gets_colors(self) -> None:
        assert "\x1b[" in written("text", lambda log: log.info("x"), out=Terminal())
        assert "\x1b[" not in written("text", lambda log: log.info("x"))

    @given(text=st.text(st.one_of(st.characters(), st.sampled_from("\x1b\x9b\r\n\u202e\u200f\u2028"))))
    def test_values_cannot_inject_lines_or_terminal_codes(self, text: str) -> None:
        def write(log: Any) -> None:
            log.info(text, value=text, others=[text], nested={text: text})
            logging.getLogger("library").warning("%s", text)

        said = written("text", write)
        assert said.count("\n") == 2
        bad = [
            each for each in said if unicodedata.category(each) in {"Cc", "Cs", "Zl", "Zp"} or each in "\u202e\u200f"
        ]
        assert bad == ["\n"] * 2

    @given(text=st.text(alphabet=st.characters(codec="utf-8"), max_size=50))
    def test_terminal_codes_are_escaped(self, text: str) -> None:
        said = written("text", lambda log: log.info("request", path=f"\x1b]0;{text}\x07\x9b31m\u202e"))
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]", said)

    def test_terminal_codes_in_exceptions_are_escaped(self) -> None:
        def fail(log: Any) -> None:
            try:
                raise ValueError("\x1b[2J")
            except ValueError as error:
                log.error("failed", exc_info=error)

        said = written("text", fail)
        assert "ValueError: \\x1b[2J" in said
        assert "\x1b" not in said

    def test_request_line_is_text(self) -> None:
        said = written("text", lambda _: logs.request("r1", "GET", "/x", 200, "127.0.0.1", "me", 1.0))
        assert "request_id=r1" in said
        assert "status=200" in said


class TestWriting:
    def test_lines_of_concurrent_threads_do_not_mix(self) -> None:
        out = io.StringIO()
        ORIGINAL("info", "json", out)
        log, other = structlog.get_logger(), logging.getLogger("library")

        def write(n: int) -> None:
            for _ in range(200):
                log.info("x" * 500, n=n)
                other.warning("y" * 500)

        threads = [threading.Thread(target=write, args=(n,)) for n in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(lines(out.getvalue())) == 8 * 200 * 2

    @pytest.mark.parametrize(
        "failure", [OSError(28, "No space left on device"), BrokenPipeError(), ValueError("closed")]
    )
    def test_failure_to_write_a_line_is_ignored(self, failure: Exception) -> None:
        class Full(io.StringIO):
            def write(self, text: str) -> int:
                raise failure

        def all_ways(log: Any) -> None:
            log.error("x")
            logs.request("r", "GET", "/", 200, "c", "a", 1.0)
            logging.getLogger("library").error("x")

        assert written("json", all_ways, out=Full()) == ""


class TestServer:
    @promise("Operations", "Logs are structured, and responses carry the request id of their log lines.")
    def test_every_line_is_json_once_the_service_runs(self, tmp_path: Path) -> None:
        server = Server({"data_dir": str(tmp_path / "data"), "log_format": "json"}, tmp_path / "log")
        try:
            server.start()
            with server.client() as client:
                answer = client.get("/core/deals/none", headers={"X-Request-ID": "follow.me"})
                assert answer.headers["x-request-id"] == "follow.me"
            assert send(server.port, b"not http at all\r\n\r\n").status == 400
            server.stop()
        finally:
            server.kill()
        said = server.log().splitlines()
        ready = next(n for n, line in enumerate(said) if '"event": "ready"' in line)
        found = [json.loads(line) for line in said[ready:]]
        assert all(AT.fullmatch(line["at"]) and line["event"] and line["level"] for line in found)
        of_request = [line["event"] for line in found if line.get("request_id") == "follow.me"]
        assert of_request == ["refused", "request"]
        assert "Invalid HTTP request received." in {line["event"] for line in found if line.get("logger")}
        assert found[-1]["logger"] == "uvicorn.error"  # also what uvicorn says when it goes

    @promise("Errors", "A 500 response has an id that the log also has, and no stack trace.")
    def test_internal_error_has_the_request_id_of_the_log(
        self, api: httpx.Client, logged: Callable[[], list[dict[str, Any]]], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from backend.app.deals import store

        def broken(*_: object, **__: object) -> None:
            raise RuntimeError("made to fail, with a secret in it")

        monkeypatch.setattr(store.deals, "get", broken, raising=True)
        answer = api.get("/core/deals/deal_1")
        assert answer.status_code == 500
        request_id = answer.headers["x-request-id"]
        assert request_id in answer.json()["detail"]
        assert "secret" not in answer.text
        (line,) = until(
            lambda: [line for line in logged() if line["event"] == "request failed"], "the failure is logged"
        )
        assert line["request_id"] == request_id
        assert "made to fail" in line["exception"]


def test_importing_the_service_sets_up_no_logs() -> None:
    """Importing the service leaves the logging of a test or script unchanged."""
    code = "import logging, backend.app.main; print(len(logging.getLogger().handlers))"
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=clean_environment(), capture_output=True, text=True, check=True
    )
    assert ran.stdout.strip() == "0"
