"""Metrics as a scraper reads them."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from backend.app.kit.metrics import Metrics
from backend.app.settings import Settings
from backend.tests.core_gov.access.wire import port_of, send, write_request
from backend.tests.harness import http_client, serving, until
from backend.tests.promises import promise

Samples = dict[tuple[str, tuple[tuple[str, str], ...]], float]
GOT = {"route": "/core/deals/{deal_id}", "method": "GET"}


def samples(text: str) -> Samples:
    families = text_string_to_metric_families(text)
    return {(s.name, tuple(sorted(s.labels.items()))): s.value for family in families for s in family.samples}


def value(found: Samples, name: str, **labels: str) -> float:
    return found.get((name, tuple(sorted(labels.items()))), 0.0)


def scrape(client: httpx.Client) -> Samples:
    return samples(client.get("/metrics").text)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> str:
    return str(request.param)


class TestCounting:
    @promise(
        "Operations",
        "`GET /metrics` reports requests by route and status, latency, write queue, batch size and mirror lag.",
    )
    def test_requests_are_counted_by_route_method_and_status(self) -> None:
        metrics = Metrics()
        for status, seconds in ((200, 0.0004), (200, 0.003), (404, 20.0)):
            metrics.request("GET", "/core/deals/{deal_id}", status, seconds)
        found = samples(metrics.text(0, 0.0).decode())
        assert value(found, "valhalla_requests_total", status="200", **GOT) == 2
        assert value(found, "valhalla_requests_total", status="404", **GOT) == 1
        assert value(found, "valhalla_request_seconds_count", **GOT) == 3
        assert value(found, "valhalla_request_seconds_sum", **GOT) == pytest.approx(20.0034)
        assert value(found, "valhalla_request_seconds_bucket", le="0.001", **GOT) == 1
        assert value(found, "valhalla_request_seconds_bucket", le="0.005", **GOT) == 2
        assert value(found, "valhalla_request_seconds_bucket", le="10.0", **GOT) == 2
        assert value(found, "valhalla_request_seconds_bucket", le="+Inf", **GOT) == 3

    def test_unknown_methods_share_one_label(self) -> None:
        metrics = Metrics()
        for n in range(5_000):
            metrics.request(f"METHOD{n}", "other", 405, 0.001)
        found = samples(metrics.text(0, 0.0).decode())
        assert value(found, "valhalla_requests_total", route="other", method="other", status="405") == 5_000
        assert len(metrics._known) == 0
        assert len(found) < 100

    @promise(
        "Operations",
        "`GET /metrics` reports requests by route and status, latency, write queue, batch size and mirror lag.",
    )
    def test_batches_queue_and_lag_are_measured(self) -> None:
        metrics = Metrics()
        for size in (1, 3, 300):
            metrics.batch(size)
        found = samples(metrics.text(7, 1.5).decode())
        assert value(found, "valhalla_writer_queue") == 7
        assert value(found, "valhalla_mirror_lag_seconds") == 1.5
        assert value(found, "valhalla_writer_batch_size_count") == 3
        assert value(found, "valhalla_writer_batch_size_sum") == 304
        assert value(found, "valhalla_writer_batch_size_bucket", le="4.0") == 2

    def test_services_in_one_process_count_separately(self) -> None:
        one, other = Metrics(), Metrics()
        one.request("GET", "/x", 200, 0.1)
        assert "/x" not in other.text(0, 0.0).decode()


class TestScraping:
    def test_request_is_counted_under_its_route(self, api: httpx.Client) -> None:
        deal = api.post("/core/deals", json={"name": "x"}).json()["id"]
        for path in (f"/core/deals/{deal}", "/core/deals/none", "/core/deals/other"):
            api.get(path)
        api.patch(f"/core/deals/{deal}", json={})
        api.delete(f"/core/deals/{deal}")

        def counted() -> Samples:
            found = scrape(api)
            done = value(found, "valhalla_requests_total", **(GOT | {"method": "DELETE"}), status="405")
            return found if done else {}

        found = until(counted, "the last request is counted")
        assert value(found, "valhalla_requests_total", status="200", **GOT) == 1
        assert value(found, "valhalla_requests_total", status="404", **GOT) == 2
        assert value(found, "valhalla_requests_total", status="201", route="/core/deals", method="POST") == 1
        assert value(found, "valhalla_request_seconds_count", **GOT) == 3
        assert value(found, "valhalla_writer_batch_size_count") >= 1
        assert ("valhalla_writer_queue", ()) in found
        assert 0 <= value(found, "valhalla_mirror_lag_seconds") < 60
        assert not [key for key in found if deal in str(key)]

    @promise(
        "Operations",
        "`GET /metrics` reports requests by route and status, latency, write queue, batch size and mirror lag.",
    )
    def test_page_is_in_the_prometheus_format(self, api: httpx.Client) -> None:
        answer = api.get("/metrics")
        assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
        assert value(samples(answer.text), "process_resident_memory_bytes") > 0


class TestLabels:
    @pytest.fixture
    def base_url(self, tmp_path: Path) -> Iterator[str]:
        with serving(Settings(data_dir=tmp_path / "data"), http="h11") as url:  # it takes any method
            yield url

    def test_unknown_paths_and_methods_add_no_labels(self, base_url: str) -> None:
        port = port_of(base_url)
        with http_client(base_url) as client:
            before = scrape(client)
            for n in range(20):
                send(port, write_request(f"/made/up/{n}", [("Host", "localhost")]))
                send(port, write_request(f"/docs/{n}", [("Host", "localhost")]))
                send(port, write_request("/core/deals", [("Host", "localhost")], method=f"BREW{n}"))
                send(port, write_request("/core/deals", [("Host", f"evil{n}.example")]))

            def counted() -> Samples:
                found = scrape(client)
                labels = {"route": "/core/deals", "method": "other", "status": "405"}
                return found if value(found, "valhalla_requests_total", **labels) == 20 else {}

            found = until(counted, "all are counted")
        assert value(found, "valhalla_requests_total", route="other", method="GET", status="404") >= 20
        assert value(found, "valhalla_requests_total", route="other", method="GET", status="403") == 20
        assert len(found) - len(before) < 150
        assert not [key for key in found if "BREW" in str(key) or "made" in str(key)]
