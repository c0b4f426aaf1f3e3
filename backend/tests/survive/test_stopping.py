"""A clean stop completes accepted requests, and a disconnected client does not cancel its request."""

import http.client
import json
import signal
import socket
import threading
from pathlib import Path

from backend.app.bootstrap import job, open_store
from backend.app.kit.db import Tx
from backend.app.kit.json_mirror.json_files import read
from backend.app.settings import Settings
from backend.tests.conftest import MakeServer
from backend.tests.harness import SOON_S, http_client, serving, until
from backend.tests.promises import promise
from backend.tests.survive.storm import DEALS, Storm
from backend.tests.survive.truth import FILES, check_truth, everything


@promise("Operations", "A clean stop finishes every accepted request.")
def test_stop_under_load_completes_accepted_requests(
    server: MakeServer, tmp_path: Path, database: str, database_url: str | None
) -> None:
    data_dir = tmp_path / "data"
    service = server(data_dir, database_url, workers=1 if database == "sqlite" else 2).start()
    storm = Storm(seed=7)
    storm.prepare(service.port)
    with storm.raging(service.port):
        storm.wait_for(200)
        assert service.stop() in {0, -signal.SIGTERM}  # one process passes on the signal that it was stopped with
    left = {path: read(data_dir / file).items for path, file in FILES.items()}
    assert "Traceback" not in service.log(), service.log()
    assert '"event": "stopped"' in service.log()
    service.start()
    with service.client() as client:
        check_truth(client, storm)
        for path, items in left.items():
            assert items == everything(client, path), f"{FILES[path]} was in step when the service had stopped"


@promise("Storage", "A client that disconnects does not cancel its transaction.")
def test_disconnected_client_does_not_cancel_its_transaction(settings: Settings) -> None:
    with serving(settings) as url, http_client(url) as client:
        port = int(url.rsplit(":", 1)[1])
        body = json.dumps({"name": "said and gone"}).encode()
        head = f"POST {DEALS} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n"
        for _ in range(20):
            with socket.create_connection(("127.0.0.1", port)) as hasty:
                hasty.sendall(f"{head}content-length: {len(body)}\r\n\r\n".encode() + body)
        until(lambda: len(everything(client, DEALS)) == 20, "every unit is through")


def test_incomplete_request_stores_nothing(settings: Settings) -> None:
    with serving(settings) as url, http_client(url) as client:
        hasty = http.client.HTTPConnection(url.removeprefix("http://"))
        hasty.putrequest("POST", DEALS)
        hasty.putheader("content-type", "application/json")
        hasty.putheader("content-length", "100")
        hasty.endheaders(b'{"name": "cut sh')
        hasty.close()
        assert client.get("/readyz").status_code == 200
        assert everything(client, DEALS) == []


@promise("Operations", "A clean stop finishes every accepted request.")
def test_queued_transactions_complete_when_the_store_closes(settings: Settings) -> None:
    gate, done = threading.Event(), []

    def slow(tx: Tx, number: int) -> None:
        gate.wait(SOON_S)
        done.append(number)

    with open_store(settings) as store:
        threads = [threading.Thread(target=store.db.write_now, args=(job("test"), slow, n)) for n in range(5)]
        for thread in threads:
            thread.start()
        gate.set()
        for thread in threads:
            thread.join()
    assert sorted(done) == [0, 1, 2, 3, 4]
