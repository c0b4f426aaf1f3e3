"""Machine that runs the commands of a document: an empty directory, a server and a shell.

`curl` and `oathtool` are played here, so that neither need be installed and an answer can be shown indented;
`valhalla serve` starts the server beside the other commands, with the settings in front of it. Everything else is run
by the shell, in a directory whose `backend/data` holds the data.
"""

import json
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from types import TracebackType
from typing import Any

import httpx
import pyotp

from backend.app.core_gov.access.system_user import system_user
from backend.tests import preloaded
from backend.tests.harness import ROOT, SOON_S, clean_environment, http_client, until

ADDRESS = "127.0.0.1:8000"
"""Address of the server in the docs."""

HOME = "/srv/valhalla"
"""Directories of the code and the data in the docs."""

USER = "ana"
"""User name in the docs."""

WIDTH = 110
_ASSIGNMENT = re.compile(r"[A-Z_]+=.*", re.DOTALL)


class Terminal:
    """A machine. Its server starts with the first command that needs it."""

    def __init__(self) -> None:
        self._temporary = tempfile.TemporaryDirectory(prefix="valhalla-docs-")
        self._home = Path(self._temporary.name)
        self._work = self._home / "checkout"
        self._environment = self._prepare()
        self._server: subprocess.Popen[bytes] | None = None
        self._client: httpx.Client | None = None
        self._address = ""
        self._jars: dict[str, httpx.Cookies] = {}

    def __enter__(self) -> "Terminal":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self._stop()
        self._temporary.cleanup()

    def run(self, command: str, *, raw: bool = False) -> str:
        """Return the output of a command as the docs show it: JSON indented, without the last line break."""
        program, _, rest = _first_of_pipe(command)
        settings, words = _settings(shlex.split(program))
        if words[:1] == ["curl"]:
            printed = self._curl(words[1:], raw=raw or bool(rest))
            printed = self._shell(rest, printed) if rest else printed
        elif words[:1] == ["oathtool"]:
            printed = pyotp.TOTP(words[-1]).now()
        elif words[:2] == ["valhalla", "serve"]:
            printed = self._serve(settings, words[2:])
        else:
            printed = self._shell(command)
        return self._as_documented(printed.rstrip("\n"))

    # The server

    def _serve(self, settings: Mapping[str, str], options: list[str]) -> str:
        """Restart the server with these settings. Return what it printed before serving, or its error."""
        self._stop()
        printed, complaint = self._home / "printed", self._home / "complaint"
        with printed.open("wb") as out, complaint.open("wb") as errors:
            self._server = preloaded.popen(
                [sys.executable, "-m", "backend.app.cli", "serve", "--port", "0", *options],
                cwd=self._work,
                env=self._environment | {"PYTHONPATH": str(ROOT)} | dict(settings),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=errors,
                start_new_session=True,
            )
        until(lambda: self._ended() or self._listens(printed.read_text()), "the server listens")
        if self._ended():
            self._server = None
            return printed.read_text() + complaint.read_text()
        self._client = http_client(f"http://{self._address}")
        return printed.read_text()

    def _listens(self, banner: str) -> bool:
        """Wait until the port is open, without a request: metrics must count only those of the document."""
        found = re.search(r"API +http://(127\.0\.0\.1):(\d+)/", banner)
        if found is None:
            return False
        self._address = f"{found[1]}:{found[2]}"
        with closing(socket.socket()) as probe:
            return probe.connect_ex((found[1], int(found[2]))) == 0

    def _ended(self) -> bool:
        return self._server is not None and self._server.poll() is not None

    def _stop(self) -> None:
        if self._client is not None:
            self._client.close()
            self._client = None
        if self._server is not None:
            os.killpg(self._server.pid, signal.SIGTERM)
            self._server.wait(SOON_S)
            self._server = None

    # The commands

    def _curl(self, words: list[str], *, raw: bool) -> str:
        """Return what curl would print, with JSON indented unless it is piped to another command."""
        said = self._serve({}, []) if self._client is None else ""
        if self._client is None:
            raise AssertionError(f"the server of the documents does not serve:\n{said}")
        call = Curl(words, self._work)
        url = call.url.replace(ADDRESS, self._address)
        headers = {name: value.replace(ADDRESS, self._address) for name, value in call.headers.items()}
        self._client.cookies = self._jars.get(call.jar_read, httpx.Cookies())  # which copies them
        answer = self._client.request(call.method, url, headers=headers, content=call.body)
        if call.jar_written and len(self._client.cookies):
            self._jars[call.jar_written] = self._client.cookies
        body = "" if call.discards_body else answer.text
        if not raw and "json" in answer.headers.get("content-type", "") and body:
            body = indented(json.loads(body))
        return _head(answer) + body if call.shows_head else body

    def _shell(self, command: str, piped: str = "") -> str:
        """Return the output of the shell, errors included, after the JSON files are current."""
        if self._client is not None:
            until(self._in_step, "the JSON files are in step")
        done = subprocess.run(
            ["sh", "-c", command],
            cwd=self._work,
            env=self._environment,
            input=piped,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
            timeout=SOON_S,
        )
        return done.stdout

    def _in_step(self) -> bool:
        assert self._client is not None
        answer = self._client.get("/readyz")
        return answer.status_code != 200 or answer.json()["mirror_lag_s"] == 0

    def _prepare(self) -> dict[str, str]:
        """Create the directory, a `valhalla` program for the shell, and a clean environment."""
        programs = self._home / "bin"
        for folder in (self._work, programs):
            folder.mkdir()
        valhalla = programs / "valhalla"
        root, python = shlex.quote(str(ROOT)), shlex.join(preloaded.shell_command())
        valhalla.write_text(f'#!/bin/sh\nPYTHONPATH={root} exec {python} -m backend.app.cli "$@"\n')
        valhalla.chmod(0o700)
        path = f"{programs}{os.pathsep}{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
        own = {"PATH": path, "COLUMNS": str(WIDTH), "LC_ALL": "C.UTF-8"}
        return clean_environment(own | {"VALHALLA_DATA_DIR": str(self._work / "backend" / "data")})

    def _as_documented(self, printed: str) -> str:
        shown = _with_user(printed.replace(str(self._work), HOME))
        if not self._address:
            return shown
        port, documented = (each.rpartition(":")[2] for each in (self._address, ADDRESS))
        named = shown.replace(f"localhost:{port}", f"localhost:{documented}")
        return named.replace(self._address, ADDRESS)


def _with_user(printed: str) -> str:
    """Replace the name of the system's user in a response by that of the docs, and correct the length of the body."""
    actor = system_user()
    shown, found = re.subn(rf'"(actor|by|author|owner|created_by)": "{re.escape(actor)}"', rf'"\1": "{USER}"', printed)
    longer = found * (len(USER.encode()) - len(actor.encode()))
    return re.sub(r"(?<=\ncontent-length: )\d+", lambda length: str(int(length[0]) + longer), shown)


class Curl:
    """A curl command, with the options that the docs use."""

    def __init__(self, words: list[str], folder: Path) -> None:
        self.shows_head = self.discards_body = False
        self.jar_read = self.jar_written = ""
        self.headers: dict[str, str] = {"accept": "*/*", "user-agent": "curl/8.14.1"}
        self.body: bytes | None = None
        self.url, method = "", ""
        rest = iter(words)
        for word in rest:
            match word:
                case "-s" | "-sS":
                    pass
                case "-i" | "-si":
                    self.shows_head = True
                case "-o":
                    assert next(rest) == "/dev/null", "the curl of the documents writes no files"
                    self.discards_body = True
                case "-X":
                    method = next(rest)
                case "-b":
                    self.jar_read = next(rest)
                case "-c":
                    self.jar_written = next(rest)
                case "-H":
                    name, _, value = next(rest).partition(":")
                    self.headers[name.strip().lower()] = value.strip()
                case "-d" | "--data-binary":
                    self.body = _data(next(rest), folder)
                case _ if word.startswith("-") or self.url:
                    raise AssertionError(f"the curl of the documents does not know {word}")
                case _:
                    self.url = word
        self.method = method or ("GET" if self.body is None else "POST")
        if self.body is not None:
            self.headers.setdefault("content-type", "application/x-www-form-urlencoded")


def _data(given: str, folder: Path) -> bytes:
    return (folder / given[1:]).read_bytes() if given.startswith("@") else given.encode()


def _head(answer: httpx.Response) -> str:
    lines = [f"{name}: {value}" for name, value in answer.headers.items()]
    return "\n".join([f"{answer.http_version} {answer.status_code} {answer.reason_phrase}", *lines, "", ""])


def _settings(words: list[str]) -> tuple[dict[str, str], list[str]]:
    """Return the settings in front of a command, and the command."""
    count = next((at for at, word in enumerate(words) if not _ASSIGNMENT.fullmatch(word)), len(words))
    return {name: value for name, _, value in (word.partition("=") for word in words[:count])}, words[count:]


def _first_of_pipe(command: str) -> tuple[str, str, str]:
    """Return the first command of a pipe and the rest. A bar in quotes is not a pipe."""
    quote = ""
    for at, sign in enumerate(command):
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "'\"":
            quote = sign
        elif sign == "|":
            return command[:at], "|", command[at + 1 :].strip()
    return command, "", ""


def indented(value: Any, taken: int = 0, depth: int = 0) -> str:
    """Format JSON so that values that fit on a line stay on one, and a record has one line per field."""
    line = json.dumps(value, ensure_ascii=False)
    if not (isinstance(value, dict | list) and value) or taken + len(line) < WIDTH - 2:
        return line
    if isinstance(value, dict):
        heads = [(f"{json.dumps(name, ensure_ascii=False)}: ", inner) for name, inner in value.items()]
    else:
        heads = [("", inner) for inner in value]
    margin = "  " * (depth + 1)
    lines = [margin + head + indented(inner, len(margin) + len(head), depth + 1) for head, inner in heads]
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    return opening + "\n" + ",\n".join(lines) + "\n" + "  " * depth + closing
