"""Python processes that start with the application already imported.

Importing it takes most of a second of processor time, in each of the many processes that the tests start. So one
process imports it and then waits; a test asks it for a fork with its own arguments, environment, working directory
and standard streams. Nothing happens at import (see test_architecture), so such a process differs from a new
interpreter only in how fast it starts.

Set TESTS_START_COLD=1 to start a new interpreter each time.
"""

import atexit
import gc
import json
import multiprocessing
import os
import runpy
import selectors
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from io import BufferedReader, FileIO, TextIOWrapper
from pathlib import Path
from types import ModuleType
from typing import Any

from backend.tests import temporary_files

ROOT = Path(__file__).parents[2]
PRELOADED = (
    *("backend.app.main", "backend.app.backups.transfer", "backend.app.doctor", "backend.app.demo.company"),
    *("typer.main", "rich.table", "rich.progress", "rich.markdown", "uvicorn.main", "uvloop"),
)
"""Modules imported before the fork, without `backend.app.cli`, which reads the terminal width at import."""

CLIENT = """
import json, os, socket, sys
path, *args = sys.argv[1:]
request = {"args": args, "cwd": os.getcwd(), "env": dict(os.environ), "new_session": False}
server = socket.socket(socket.AF_UNIX)
server.connect(path)
socket.send_fds(server, [json.dumps(request).encode() + b"\\n"], [0, 1, 2])
pid, status = server.makefile()
sys.exit(int(status))
"""
"""Runs a command from a shell, for which a preloaded process is no child: the arguments are the socket and a command
line of Python."""


def starts_cold() -> bool:
    """Return True if every process must be a new interpreter."""
    return not hasattr(os, "fork") or bool(os.environ.get("TESTS_START_COLD"))


FORK_SERVER = "TESTS_FORK_SERVER"
"""Environment variable with the socket of a fork server that already runs: see `with_children`."""

WITH_CHILDREN = """
import runpy, subprocess, sys
from backend.tests import preloaded
subprocess.Popen = preloaded.popen_if_python
sys.argv = sys.argv[1:]
runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
"""


@cache
def socket_path() -> str:
    """Path of the socket of this process's fork server, which is started by the first call."""
    if running := os.environ.get(FORK_SERVER):
        return running
    folder = temporary_files.short_directory()
    path = f"{folder}/fork"
    own = {name: value for name, value in os.environ.items() if not name.startswith(("VALHALLA_", "COLUMNS"))}
    server = subprocess.Popen(
        [sys.executable, "-m", "backend.tests.preloaded", path],
        cwd=ROOT,
        env=own | {"PYTHONUNBUFFERED": "1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    assert server.stdin is not None
    assert server.stdout is not None
    assert server.stdout.readline() == b"ready\n", "the fork server did not start"
    server.stdout.close()
    atexit.register(_end, server, folder)
    return path


def _end(server: "subprocess.Popen[bytes]", folder: str) -> None:
    assert server.stdin is not None
    server.stdin.close()
    server.wait()
    shutil.rmtree(folder, ignore_errors=True)


class PreloadedPopen(subprocess.Popen[Any]):
    """`subprocess.Popen` for `[sys.executable, "-m" or "-c", ...]`, whose process is forked by the fork server."""

    _status: socket.socket

    def _execute_child(self, args: Any, *options: Any) -> None:
        """Replace the private method of the same name, which forks and executes a program."""
        names = "executable preexec_fn close_fds pass_fds cwd env startupinfo creationflags shell"
        given = dict(zip(names.split(), options, strict=False))
        streams, (*_, new_session, _group) = options[9:15], options[15:]
        stdin, _, _, stdout, _, stderr = streams
        request = {
            "args": [os.fspath(arg) for arg in args[1:]],
            "cwd": os.fspath(given["cwd"] or Path.cwd()),
            "env": dict(os.environ if given["env"] is None else given["env"]),
            "new_session": new_session,
        }
        self._status = socket.socket(socket.AF_UNIX)
        self._status.connect(socket_path())
        own = [fd if fd != -1 else standard for standard, fd in enumerate((stdin, stdout, stderr))]
        _send(self._status, request, own)
        self._lines = self._status.makefile()
        self.pid = int(self._lines.readline())
        self._child_created = True
        self._close_pipe_fds(*streams)  # type: ignore[attr-defined]

    def _internal_poll(self, *_: Any, **__: Any) -> int | None:
        return self._status_within(0)

    def _wait(self, timeout: float | None) -> int:
        status = self._status_within(timeout)
        if status is None:
            raise subprocess.TimeoutExpired(self.args, timeout or 0)
        return status

    def _status_within(self, timeout: float | None) -> int | None:
        if self.returncode is None:
            with selectors.DefaultSelector() as selector:
                selector.register(self._status, selectors.EVENT_READ)
                if selector.select(timeout):
                    self.returncode = int(self._lines.readline())
                    self._lines.close()
                    self._status.close()
        return self.returncode


def popen(command: list[str], **options: Any) -> "subprocess.Popen[Any]":
    """Start `[sys.executable, "-m" or "-c", ...]`; the options are those of `subprocess.Popen`."""
    assert command[0] == sys.executable
    return subprocess.Popen(command, **options) if starts_cold() else PreloadedPopen(command, **options)


def popen_if_python(command: Any, *args: Any, **options: Any) -> "subprocess.Popen[Any]":
    """Start a Python module preloaded, and any other command as `subprocess.Popen` does."""
    preload = list(command[:2]) == [sys.executable, "-m"]
    return (PreloadedPopen if preload else _Popen)(command, *args, **options)


_Popen = subprocess.Popen


def with_children(module: str, *arguments: str) -> tuple[list[str], dict[str, str]]:
    """Return command and environment of `python -m module` whose own Python processes are preloaded as well."""
    if starts_cold():
        return [sys.executable, "-m", module, *arguments], dict(os.environ)
    return [sys.executable, "-c", WITH_CHILDREN, module, *arguments], os.environ | {FORK_SERVER: socket_path()}


def shell_command() -> list[str]:
    """The words that stand for the Python interpreter in a shell script, before `-m` or `-c`."""
    return [sys.executable] if starts_cold() else [sys.executable, "-ISc", CLIENT, socket_path()]


def run(
    command: list[str],
    *,
    capture_output: bool = False,
    timeout: float | None = None,
    check: bool = False,
    **options: Any,
) -> "subprocess.CompletedProcess[Any]":
    """Run such a command to its end, as `subprocess.run` does."""
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} if capture_output else {}
    with popen(command, **pipes, **options) as process:
        try:
            out, err = process.communicate(timeout=timeout)
        except BaseException:
            process.kill()
            raise
    done = subprocess.CompletedProcess(command, process.returncode, out, err)
    if check:
        done.check_returncode()
    return done


def _send(server: socket.socket, request: dict[str, Any], streams: list[int]) -> None:
    """Send a request of one line; the streams go with its first byte."""
    line = json.dumps(request).encode() + b"\n"
    socket.send_fds(server, [line[:1]], streams)
    server.sendall(line[1:])


def _send_number(client: socket.socket, number: int) -> None:
    """Send the id or the exit status of a process; ignore a client that has ended."""
    with suppress(OSError):
        client.sendall(f"{number}\n".encode())


# The fork server


@dataclass(frozen=True, slots=True)
class Start:
    """Command line, environment and streams of a process to start."""

    client: socket.socket
    request: dict[str, Any]
    streams: list[int]


@dataclass(slots=True)
class ForkServer:
    """Server that listens, forks, and reports the exit status of each process."""

    listener: socket.socket
    wakeup: socket.socket
    running: dict[int, socket.socket] = field(default_factory=dict)

    def serve(self, selector: selectors.BaseSelector) -> Start | None:
        """Serve until the parent closes standard input; a forked process returns what it is to become."""
        while True:
            for key, _ in selector.select():
                if key.fd == 0:
                    return None
                if key.fileobj is self.wakeup:
                    self.wakeup.recv(4096)
                    self._reap()
                elif (start := self._accept()) is not None:
                    return start

    def _accept(self) -> Start | None:
        client, _ = self.listener.accept()
        line, streams, _, _ = socket.recv_fds(client, 1 << 16, 3)
        while not line.endswith(b"\n"):
            line += client.recv(1 << 16)
        pid = os.fork()
        if pid == 0:
            return Start(client, json.loads(line), list(streams))
        for stream in streams:
            os.close(stream)
        self.running[pid] = client
        return None

    def _reap(self) -> None:
        while self.running:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            with self.running.pop(pid) as client:
                _send_number(client, os.waitstatus_to_exitcode(status))

    def close(self) -> None:
        for each in (self.listener, self.wakeup, *self.running.values()):
            each.close()


@contextmanager
def _woken_by_children() -> Iterator[socket.socket]:
    """A socket that can be read when a child has ended."""
    receiving, sending = socket.socketpair()
    receiving.setblocking(False)
    sending.setblocking(False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(sending.fileno(), warn_on_full_buffer=False)
    yield receiving
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    sending.close()


def fork_server(path: str) -> Start | None:
    """Run the fork server; None when it ends, otherwise the process that this fork is to become."""
    for name in PRELOADED:
        __import__(name)
    gc.freeze()
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen(64)
    with _woken_by_children() as wakeup, selectors.DefaultSelector() as selector:
        server = ForkServer(listener, wakeup)
        for readable in (0, listener, wakeup):
            selector.register(readable, selectors.EVENT_READ)
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        os.dup2(2, 1)
        start = server.serve(selector)
        server.close()
    return start


def _redirect(streams: list[int]) -> None:
    """Replace the standard streams; Python finds out what a stream can do when it opens it."""
    for standard, stream in enumerate(streams):
        os.dup2(stream, standard)
        os.close(stream)
    opened = (
        TextIOWrapper(BufferedReader(FileIO(0, closefd=False)), "utf-8"),
        TextIOWrapper(FileIO(1, "w", closefd=False), "utf-8", write_through=True),
        TextIOWrapper(FileIO(2, "w", closefd=False), "utf-8", "backslashreplace", write_through=True),
    )
    for name, file in zip(("stdin", "stdout", "stderr"), opened, strict=True):
        setattr(sys, name, file)
        setattr(sys, f"__{name}__", file)


def fork_workers() -> None:
    """Let uvicorn fork its workers from this process instead of starting an interpreter for each."""
    from uvicorn import _subprocess

    _subprocess.spawn = multiprocessing.get_context("fork")  # type: ignore[assignment]


def become(start: Start) -> None:
    """Run as the requested Python process until it ends."""
    request = start.request
    if request["new_session"]:
        os.setsid()
    with start.client:
        _send_number(start.client, os.getpid())
    _redirect(start.streams)
    os.environ.clear()
    os.environ.update(request["env"])
    time.tzset()
    os.chdir(request["cwd"])
    how, what, *arguments = request["args"]
    sys.orig_argv = [sys.executable, *request["args"]]
    if how == "-m":
        if what == "uvicorn":
            fork_workers()
        sys.path[0], sys.argv = request["cwd"], [what, *arguments]
        runpy.run_module(what, run_name="__main__", alter_sys=True)
        return
    assert how == "-c", f"{how} is no way to start a preloaded process"
    sys.path[0], sys.argv = "", ["-c", *arguments]
    main = sys.modules["__main__"] = ModuleType("__main__")
    exec(compile(what, "<string>", "exec"), vars(main))  # noqa: S102 - this is what `python -c` does


if __name__ == "__main__":
    _start = fork_server(sys.argv[1])
    if _start is not None:
        become(_start)
