"""Tests of the requests that the stress test expects to be refused."""

from pathlib import Path

from backend.app.settings import Settings
from backend.tests.harness import http_client, serving
from soak.refusals import REFUSALS


def test_every_refusal_is_refused_as_expected(tmp_path: Path) -> None:
    with serving(Settings(data_dir=tmp_path / "data")) as url, http_client(url) as client:
        for refusal in REFUSALS:
            headers = {"content-type": "application/json"} | refusal.headers
            response = client.request(refusal.method, refusal.path, content=refusal.body, headers=headers)
            assert response.status_code == refusal.status, (refusal, response.text)
