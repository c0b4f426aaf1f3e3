"""Directus, a headless CMS from npm, with its defaults: on SQLite, with revisions and activity log.

It needs Node 22. If PATH has an older version, npm installs a newer one.
"""

import json
import os
import re
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from bench.fill import draft_json
from bench.operations import PAGE, Operation
from bench.peers.installed import once
from bench.peers.peer import FILLED_AT_ONCE, NotRun, Place, must_run
from bench.servers import PORT, Server, running

PACKAGE = Path(__file__).with_name("package.json")
NODE_AT_LEAST, NODE = 22, "node@22.23.3"
INSTALL_S, SET_UP_S = 900.0, 180.0
INDEXED = ("status", "channel", "deal_id", "contact_id")


def _field(name: str, kind: str = "string", *special: str, **schema: Any) -> dict[str, Any]:
    return {"field": name, "type": kind, "meta": {"special": list(special)}, "schema": schema}


FIELDS = [
    _field("id", "integer", is_primary_key=True, has_auto_increment=True),
    _field("channel", max_length=20, is_nullable=False, default_value="sms", is_indexed=True),
    _field("status", max_length=20, is_nullable=False, default_value="draft", is_indexed=True),
    _field("to", max_length=200),
    _field("subject", max_length=998),
    _field("body", "text", is_nullable=False),
    _field("deal_id", max_length=200, is_indexed=True),
    _field("contact_id", max_length=200, is_indexed=True),
    _field("tone", max_length=200),
    _field("tags", "json", "cast-json"),
    _field("meta", "json", "cast-json"),
    _field("created_at", "timestamp", "date-created"),
    _field("updated_at", "timestamp", "date-created", "date-updated"),
]
COLLECTION = json.dumps({"collection": "drafts", "meta": {"accountability": "all"}, "schema": {}, "fields": FIELDS})


class Directus:
    """A headless CMS."""

    key = "directus"
    name = "Directus"
    databases: tuple[str, ...] = ("sqlite",)
    settings = (
        "one process, SQLite with WAL and synchronous=FULL, access by static token, its revisions and activity log "
        "on as they are by default, its pressure limiter (which would refuse this load) and telemetry off; no choices "
        "checked, no phone numbers"
    )
    work: tuple[Operation, ...] = (
        Operation("get", "", "GET", "/items/drafts/{id}", lambda found: bool(found["data"]["body"]), ids="drafts"),
        Operation(
            "list",
            "",
            "GET",
            f"/items/drafts?filter[status][_eq]=ready&sort=-id&limit={PAGE}",
            lambda page: 0 < len(page["data"]) <= PAGE and {d["status"] for d in page["data"]} == {"ready"},
        ),
        Operation(
            "patch",
            "",
            "PATCH",
            "/items/drafts/{id}",
            lambda found: bool(found["data"]["subject"].startswith("Edit ")),
            '{"subject":"Edit {n}"}',
            "drafts",
        ),
        Operation("post", "", "POST", "/items/drafts", lambda found: bool(found["data"]["id"]), draft_json()),
    )

    def __init__(self) -> None:
        self._node = self._cli = Path()

    def install(self, directory: Path) -> str:
        self._node = _node(directory / "node")
        environment = _with_node(self._node)
        packages = directory / "packages"

        def install() -> None:
            shutil.copy(PACKAGE, packages)
            _npm(["install", "--omit=dev"], packages, environment)

        version = must_run([str(self._node), "--version"], environment, at_most_s=SET_UP_S).strip()
        once(packages, f"{version}\n{PACKAGE.read_text()}", install)
        # The directus command itself would first ask the registry for a newer version.
        self._cli = packages / "node_modules" / "@directus" / "api" / "dist" / "cli" / "run.js"
        found = json.loads((packages / "node_modules" / "directus" / "package.json").read_text())
        return f"Directus {found['version']} on Node {version.removeprefix('v')}"

    @contextmanager
    def serving(self, place: Place, token: str, drafts: Sequence[str]) -> Iterator[tuple[Server, list[str]]]:
        own = settings_of(place, token)
        with closing(sqlite3.connect(place.sqlite)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")  # stored in the file; synchronous is FULL by default
        must_run([str(self._node), str(self._cli), "bootstrap"], _with_node(self._node) | own, at_most_s=SET_UP_S)
        command = [str(self._node), str(self._cli), "start"]
        with running(self.name, command, place.directory / "server.log", "/server/ping", own, token) as server:
            server.must("POST", "/collections", COLLECTION)
            yield server, list(_fill(server, drafts))


def settings_of(place: Place, token: str) -> dict[str, str]:
    """Return its environment. Settings not listed keep their defaults."""
    configuration = place.directory / "no.env"
    configuration.touch()
    return {
        "CONFIG_PATH": str(configuration),
        "NODE_ENV": "production",
        "DB_CLIENT": "sqlite3",
        "DB_FILENAME": str(place.sqlite),
        "HOST": "127.0.0.1",
        "PORT": PORT,
        "PUBLIC_URL": f"http://127.0.0.1:{PORT}",
        "SECRET": token,
        "ADMIN_EMAIL": "bench@example.com",
        "ADMIN_PASSWORD": token,
        "ADMIN_TOKEN": token,
        "LOG_LEVEL": "warn",
        "TELEMETRY": "false",
        "PRESSURE_LIMITER_ENABLED": "false",
        "STORAGE_LOCAL_ROOT": str(place.directory / "uploads"),
        "EXTENSIONS_PATH": str(place.directory / "extensions"),
    }


def _fill(server: Server, drafts: Sequence[str]) -> Iterator[str]:
    for start in range(0, len(drafts), FILLED_AT_ONCE):
        answer = server.must("POST", "/items/drafts", f"[{','.join(drafts[start : start + FILLED_AT_ONCE])}]")
        yield from (str(made["id"]) for made in json.loads(answer)["data"])


def _node(directory: Path) -> Path:
    """Return a recent Node, from PATH or npm."""
    if shutil.which("npm") is None:
        raise NotRun("npm is not installed")
    on_path = shutil.which("node")
    if on_path is not None:
        version = must_run([on_path, "--version"], dict(os.environ), at_most_s=SET_UP_S)
        if (found := re.match(r"v(\d+)\.", version)) and int(found[1]) >= NODE_AT_LEAST:
            return Path(on_path)

    def install() -> None:
        (directory / "package.json").write_text('{"private": true}')
        _npm(["install", NODE], directory, dict(os.environ))

    once(directory, NODE, install)
    return directory / "node_modules" / "node" / "bin" / "node"


def _with_node(node: Path) -> dict[str, str]:
    """Return an environment that selects this Node, and its headers for compiling packages."""
    environment = os.environ | {"PATH": f"{node.parent}{os.pathsep}{os.environ['PATH']}", "JOBS": "max"}
    homes = [node.resolve().parents[1], *node.parents[1].glob("node_modules/node-*")]
    for home in homes:
        if (home / "include" / "node" / "node.h").exists():
            environment["npm_config_nodedir"] = str(home)
    return dict(environment)


def _npm(arguments: list[str], directory: Path, environment: dict[str, str]) -> None:
    quiet = ("--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error", "--fetch-retries=1")
    must_run(["npm", *arguments, *quiet], environment, at_most_s=INSTALL_S, cwd=directory)
