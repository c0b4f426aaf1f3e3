"""`django_service` on gunicorn, in its own virtual environment."""

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from bench.fill import draft_json
from bench.load import ROOT
from bench.operations import PAGE, Operation
from bench.peers.installed import once
from bench.peers.peer import Place, must_run
from bench.servers import PORT, Server, running

LOCK = Path(__file__).with_name("requirements.lock")
SERVICE = "bench.peers.django_service"
WORKERS, THREADS = 2, 2
INSTALL_S, SET_UP_S = 300.0, 120.0


class DjangoRest:
    """A Django REST framework service, on both databases."""

    key = "django"
    name = "Django REST"
    databases: tuple[str, ...] = ("sqlite", "postgresql")
    settings = (
        f"{WORKERS} workers of {THREADS} threads, connections kept, SQLite with WAL and synchronous=FULL or "
        "PostgreSQL as it comes, access by token; no audit trail, no phone numbers checked"
    )
    work: tuple[Operation, ...] = (
        Operation("get", "", "GET", "/drafts/{id}/", lambda draft: bool(draft["body"]), ids="drafts"),
        Operation(
            "list",
            "",
            "GET",
            f"/drafts/?status=ready&limit={PAGE}",
            lambda page: 0 < len(page["results"]) <= PAGE and {d["status"] for d in page["results"]} == {"ready"},
        ),
        Operation(
            "patch",
            "",
            "PATCH",
            "/drafts/{id}/",
            lambda draft: bool(draft["subject"].startswith("Edit ")),
            '{"subject":"Edit {n}"}',
            "drafts",
        ),
        Operation("post", "", "POST", "/drafts/", lambda draft: bool(draft["id"]), draft_json()),
    )

    def __init__(self) -> None:
        self._bin = Path()

    def install(self, directory: Path) -> str:
        self._bin = directory / "bin"
        python = str(self._bin / "python")

        def install() -> None:
            must_run([sys.executable, "-m", "venv", str(directory)], dict(os.environ), at_most_s=INSTALL_S)
            options = ("--quiet", "--disable-pip-version-check", "--no-input", "--retries", "1", "--timeout", "20")
            command = [python, "-m", "pip", "install", *options, "--require-hashes", "--requirement", str(LOCK)]
            must_run(command, dict(os.environ), at_most_s=INSTALL_S)

        once(directory, f"{sys.version}\n{LOCK.read_text()}", install)
        script = (
            "import django, rest_framework as r, gunicorn as g; print(django.__version__, r.VERSION, g.__version__)"
        )
        found = must_run([python, "-c", script], dict(os.environ), at_most_s=SET_UP_S).split()
        return "Django {}, djangorestframework {} on gunicorn {}".format(*found)

    @contextmanager
    def serving(self, place: Place, token: str, drafts: Sequence[str]) -> Iterator[tuple[Server, list[str]]]:
        own = {
            "DJANGO_SETTINGS_MODULE": f"{SERVICE}.settings",
            "PEER_DATABASE": place.url or str(place.sqlite),
            "PEER_SECRET": token,
            "PYTHONPATH": str(ROOT),
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        admin = str(self._bin / "django-admin")
        environment = os.environ | own
        must_run([admin, "migrate", "--run-syncdb", "--verbosity", "0"], environment, at_most_s=SET_UP_S)
        ids = must_run([admin, "fill", token], environment, at_most_s=SET_UP_S, stdin="\n".join(drafts)).split()
        workers = ("--workers", str(WORKERS), "--worker-class", "gthread", "--threads", str(THREADS))
        binding = ("--bind", f"127.0.0.1:{PORT}", "--keep-alive", "60", "--log-level", "warning")
        command = [str(self._bin / "gunicorn"), *workers, *binding, f"{SERVICE}.wsgi"]
        with running(self.name, command, place.directory / "server.log", "/healthz", own, token) as server:
            yield server, ids
