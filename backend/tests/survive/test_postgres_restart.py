"""PostgreSQL restarts while 16 clients write: they get 503 and retry successfully."""

from collections.abc import Callable
from pathlib import Path

import pytest

from backend.app.settings import Settings
from backend.tests.conftest import MakeServer
from backend.tests.harness import Postgres, http_client, serving, until
from backend.tests.promises import promise
from backend.tests.survive.storm import DEALS, DRAFTS, Storm, seed_of
from backend.tests.survive.truth import check_json_files, check_truth, everything


@promise("Operations", "`/readyz` returns 503 while the database cannot be written.")
@promise(
    "Recovery",
    "Restarting PostgreSQL under load returns 503 with Retry-After, and the service recovers by itself.",
)
@pytest.mark.parametrize("mode", ["fast", "immediate"])
def test_postgresql_restart_under_load_loses_nothing(
    server: MakeServer, tmp_path: Path, postgres: Postgres, mode: str, record_property: Callable[[str, object], None]
) -> None:
    data_dir = tmp_path / "data"
    service = server(data_dir, postgres.new_database()).start()
    storm = Storm(seed_of(6), size=16, patient=True)
    storm.prepare(service.port)
    with storm.raging(service.port):
        storm.wait_for(100)
        postgres.stop(mode)
        until(lambda: storm.told_not_now > 20, "the writers hear of it")
        with service.client() as client:
            refused = [client.get(DRAFTS), client.get("/readyz"), client.post(DEALS, json={"name": "refused"})]
            assert [answer.status_code for answer in refused] == [503, 503, 503]
            assert all(answer.headers["retry-after"] for answer in refused)
            assert client.get("/healthz").status_code == 200
        postgres.start()
        storm.wait_for(100)
    storm.settle(service.port)
    with service.client() as client:
        check_truth(client, storm)
        check_json_files(client, data_dir)
        assert "refused" not in [deal["name"] for deal in everything(client, DEALS)]
        until(lambda: client.get("/readyz").status_code == 200, "the service is ready again")
    record_property("acknowledged", storm.acknowledged)


def test_postgresql_restart_between_requests_causes_no_error(postgres: Postgres, tmp_path: Path) -> None:
    """All idle connections are dead. The first request opens a new one and discards the others."""
    with (
        postgres.lend() as url,
        serving(Settings(data_dir=tmp_path / "data", database_url=url)) as base,
        http_client(base) as client,
    ):
        assert client.post(DEALS, json={"name": "before"}).status_code == 201
        postgres.restart()
        answers = [
            client.get(DEALS),
            client.post(DEALS, json={"name": "after"}),
            client.get(f"{DEALS}?limit=1"),
            client.get("/core/jv/partners/p_x/dashboard"),
        ]
        assert [answer.status_code for answer in answers] == [200, 201, 200, 404]
        until(lambda: client.get("/readyz").status_code == 200, "the JSON files are written again, too")
