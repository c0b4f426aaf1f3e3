"""Metrics of the service in the Prometheus format."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.gc_collector import GCCollector
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector

_LATENCY = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
# Any other method is counted as "other", because every label is kept for the life of the process.
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_BATCH = (1, 2, 4, 8, 16, 32, 64, 128, 256)


class Metrics:
    """Metrics of one process."""

    content_type = b"text/plain; version=0.0.4; charset=utf-8"

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        PlatformCollector(registry=self._registry)
        GCCollector(registry=self._registry)
        self._requests = Counter(
            "valhalla_requests", "Requests", ["route", "method", "status"], registry=self._registry
        )
        self._seconds = Histogram(
            "valhalla_request_seconds",
            "Time from the first byte of the request to the response",
            ["route", "method"],
            buckets=_LATENCY,
            registry=self._registry,
        )
        self._batch = Histogram(
            "valhalla_writer_batch_size",
            "Units of work committed together",
            buckets=_BATCH,
            registry=self._registry,
        )
        self._queue = Gauge("valhalla_writer_queue", "Units of work waiting for the database", registry=self._registry)
        self._lag = Gauge(
            "valhalla_mirror_lag_seconds",
            "Delay of the JSON files behind the database",
            registry=self._registry,
        )
        self._job_runs = Counter(
            "valhalla_job_runs", "Job runs of this process", ["job", "outcome"], registry=self._registry
        )
        self._job_done = Gauge(
            "valhalla_job_last_success_timestamp_seconds",
            "Last success of the job in any process; 0 means never",
            ["job"],
            registry=self._registry,
        )
        self._job_failing = Gauge(
            "valhalla_job_failing",
            "1 if the job has failed since its last success, in any process",
            ["job"],
            registry=self._registry,
        )
        self._known: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a response. `route` is the path pattern, never the path itself."""
        pair = self._known.get((method, route, status)) or self._labeled(method, route, status)
        pair[0].inc()
        pair[1].observe(seconds)

    def _labeled(self, method: str, route: str, status: int) -> tuple[Counter, Histogram]:
        known = method if method in _METHODS else "other"
        pair = (self._requests.labels(route, known, str(status)), self._seconds.labels(route, known))
        if known == method:
            self._known[method, route, status] = pair
        return pair

    def batch(self, size: int) -> None:
        self._batch.observe(size)

    def job_run(self, job: str, outcome: str) -> None:
        """Count a run of a job by this process."""
        self._job_runs.labels(job, outcome).inc()

    def job(self, job: str, done: float, *, failing: bool) -> None:
        """Set the stored state of a job. `done` is when it last succeeded (seconds since 1970)."""
        self._job_done.labels(job).set(done)
        self._job_failing.labels(job).set(failing)

    def text(self, queue: int, lag_s: float) -> bytes:
        """Return the page for Prometheus."""
        self._queue.set(queue)
        self._lag.set(lag_s)
        return generate_latest(self._registry)
