"""32 clients write while the whole process group is killed, again and again: nothing acknowledged is ever lost.

`STORM_ROUNDS` and `STORM_SEED` make a campaign of it, or play one again.
"""

import logging
import os
import random
import secrets
from collections.abc import Callable
from pathlib import Path

import pytest

from backend.tests.conftest import MakeServer
from backend.tests.promises import promise
from backend.tests.survive.storm import Storm, seed_of
from backend.tests.survive.truth import JsonReader, check_json_files, check_truth

ROUNDS = int(os.environ.get("STORM_ROUNDS", "2"))
log = logging.getLogger("survive")


@promise("Storage", "A change, its audit event, idempotency record and send-log entry commit together or not at all.")
@promise(
    "Recovery",
    "SQLite: killing all processes under 32 concurrent writers loses and duplicates no acknowledged write.",
)
@promise(
    "Recovery",
    "PostgreSQL, two workers: killing all processes under 32 concurrent writers loses and duplicates no acknowledged "
    "write.",
)
@promise("JSON files", "A reader never sees an incomplete JSON file, even while the server is killed.")
def test_nothing_acknowledged_is_lost_when_the_server_is_killed(
    request: pytest.FixtureRequest,
    server: MakeServer,
    tmp_path: Path,
    database: str,
    database_url: str | None,
    record_property: Callable[[str, object], None],
) -> None:
    seed = seed_of(secrets.randbelow(10**9))
    request.node.add_report_section("call", "seed", f"STORM_SEED={seed}")
    rng, data_dir = random.Random(seed), tmp_path / "data"
    service = server(data_dir, database_url, workers=1 if database == "sqlite" else 2).start()
    storm, reader = Storm(seed), JsonReader(data_dir)
    storm.prepare(service.port)
    with reader.reading():
        for number in range(1, ROUNDS + 1):
            with storm.raging(service.port):
                storm.wait_for(rng.randint(50, 250))
                service.kill()
            service.start()
            with service.client() as client:
                check_truth(client, storm)
            log.info("round %d of %d: all of %d acknowledged writes are there", number, ROUNDS, storm.acknowledged)
        storm.settle(service.port)
    with service.client() as client:
        check_truth(client, storm)
        check_json_files(client, data_dir)
    assert all(writer.pending is None for writer in storm.writers)
    record_property("rounds", ROUNDS)
    record_property("acknowledged", storm.acknowledged)
