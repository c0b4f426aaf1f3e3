"""Health endpoints on both databases. Failures are tested in backend/tests/survive."""

import re
import threading

import httpx
import pytest

from backend.app.kit.db import migrate
from backend.app.kit.errors import StoreUnavailable
from backend.app.kit.http import health
from backend.app.kit.json_mirror.mirror import Mirror
from backend.app.settings import Settings
from backend.tests.contract.answers import refused
from backend.tests.contract.kinds import KINDS, make
from backend.tests.harness import http_client, serving
from backend.tests.promises import promise


@promise(
    "Operations",
    "`GET /healthz` reports that the process is alive; `GET /readyz` that the database is writable and migrated, and "
    "the JSON files current.",
)
def test_healthz_returns_ok(shared_api: httpx.Client) -> None:
    answer = shared_api.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert answer.headers["cache-control"] == "no-store"


@promise(
    "Operations",
    "`GET /healthz` reports that the process is alive; `GET /readyz` that the database is writable and migrated, and "
    "the JSON files current.",
)
def test_readyz_returns_the_state_of_the_store(shared_api: httpx.Client, database: str) -> None:
    answer = shared_api.get("/readyz")
    assert answer.status_code == 200
    found = answer.json()
    assert found.pop("mirror_lag_s") >= 0
    assert found == {"status": "ready", "database": database, "schema_revision": migrate.HEAD, "mirror": "here"}


class TestNotReady:
    @promise(
        "Operations",
        "`/readyz` returns 503 if migrations are missing or the JSON files lag further than the setting allows.",
    )
    def test_not_ready_with_another_schema_revision(self, api: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(health, "HEAD", "9999")
        answer = api.get("/readyz")
        refused(answer, 503, f"not ready: the schema is {migrate.HEAD}, this version needs 9999")
        assert answer.headers["retry-after"] == "1"
        assert api.get("/healthz").status_code == 200

    @promise("Operations", "`/readyz` returns 503 while the database cannot be written.")
    def test_not_ready_if_the_database_cannot_be_written(
        self, api: httpx.Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(*args: object) -> None:
            raise StoreUnavailable("the data directory is read-only; nothing was stored")

        monkeypatch.setattr("backend.app.kit.db.state.put", fail)
        sentence = "the database cannot be written (the data directory is read-only; nothing was stored)"
        refused(api.get("/readyz"), 503, f"not ready: {sentence}")

    @promise(
        "Operations",
        "`/readyz` returns 503 if migrations are missing or the JSON files lag further than the setting allows.",
    )
    @pytest.mark.parametrize(
        ("lag_s", "problem", "sentence"),
        [
            (500.0, None, "the JSON files are 500 s behind (too much to write)"),
            (3.0, "OSError: no space", "the JSON files are 3 s behind (OSError: no space)"),
        ],
    )
    def test_not_ready_if_the_json_files_are_behind(
        self, api: httpx.Client, monkeypatch: pytest.MonkeyPatch, lag_s: float, problem: str | None, sentence: str
    ) -> None:
        monkeypatch.setattr(Mirror, "lag_s", lambda self: lag_s)
        monkeypatch.setattr(Mirror, "problem", property(lambda self: problem, lambda self, value: None), raising=False)
        refused(api.get("/readyz"), 503, f"not ready: {sentence}")


@promise(
    "Operations",
    "`GET /metrics` reports requests by route and status, latency, write queue, batch size and mirror lag.",
)
def test_metrics_count_requests_by_route_and_status(api: httpx.Client) -> None:
    make(KINDS["deals"], api)
    for path in ("/core/deals/nope", "/core/deals/nope2", "/nowhere", "/core/deals?x=1"):
        api.get(path)
    text = api.get("/metrics").text
    for method, route, status, count in (
        ("POST", "/core/deals", 201, 1),
        ("GET", "/core/deals/{deal_id}", 404, 2),
        ("GET", "/core/deals", 400, 1),
        ("GET", "other", 404, 1),
    ):
        line = f'valhalla_requests_total{{method="{method}",route="{route}",status="{status}"}} {count}.0'
        assert line in text.splitlines()
    assert 'valhalla_request_seconds_count{method="POST",route="/core/deals"} 1.0' in text
    for name in ("valhalla_writer_queue", "valhalla_writer_batch_size_count", "valhalla_mirror_lag_seconds"):
        assert re.search(rf"^{name} \d", text, re.MULTILINE)


def test_metrics_are_in_the_prometheus_format(shared_api: httpx.Client) -> None:
    answer = shared_api.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=")
    assert answer.text.endswith("\n")


def test_stopped_service_keeps_no_database_or_mirror(settings: Settings) -> None:
    def ours() -> set[threading.Thread]:
        return {thread for thread in threading.enumerate() if thread.name.startswith("valhalla")}

    before = ours()
    with serving(settings) as url, http_client(url) as client:
        assert client.get("/readyz").status_code == 200
        assert ours() > before
    assert ours() == before
