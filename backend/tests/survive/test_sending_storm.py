"""Processes that send are killed and stopped again and again: no text is sent twice, and none is lost.

`STORM_ROUNDS` (kills) and `STORM_SEED` make a campaign of it, or play one again.
"""

import logging
import os
import secrets
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from backend.app.bootstrap import Store, open_store
from backend.app.core_gov.comms.delivery import service as deliveries
from backend.app.settings import Settings
from backend.tests import preloaded
from backend.tests.core_gov.comms.delivery.texts import dispatch, read_lists
from backend.tests.core_gov.comms.senders.twilio_double import twilio_double
from backend.tests.harness import ROOT, clean_environment, until
from backend.tests.promises import promise
from backend.tests.survive.sending_life import expire_claims, sending_of
from backend.tests.survive.sending_storm import SendingStorm
from backend.tests.survive.sending_truth import faults, outcome_of
from backend.tests.survive.storm import seed_of

KILLS = int(os.environ.get("STORM_ROUNDS", "6"))
ROUND = 10
"""Kills of each worker between two looks."""
log = logging.getLogger("survive")


@promise(
    "Messages",
    "Killing and stopping the processes that send, again and again, sends no text twice and loses none; only what a "
    "kill, a stop, a 5xx or a lost answer interrupted is uncertain, and the provider's list settles what fits.",
)
def test_no_text_is_sent_twice_or_lost_when_senders_are_killed(
    request: pytest.FixtureRequest,
    store_settings: Settings,
    tmp_path: Path,
    database: str,
    record_property: Callable[[str, object], None],
) -> None:
    seed = seed_of(secrets.randbelow(10**9))
    request.node.add_report_section("call", "seed", f"STORM_SEED={seed}")
    workers = 1 if database == "sqlite" else 3
    with twilio_double(statuses=("sent", "delivered"), page=200) as twilio:
        storm = SendingStorm(store_settings, twilio, seed, workers, tmp_path / "lives.log")
        storm.prepare()
        while storm.kills < KILLS:
            storm.rage(min(ROUND, -(-(KILLS - storm.kills) // workers)))
            log.info("%d of %d kills, %d texts accepted", storm.kills, KILLS, len(twilio.accepted))
        with open_store(store_settings) as store:
            settle(store, storm)
            found = outcome_of(store)
    assert faults(storm, found) == []
    assert "Traceback" not in storm.log.read_text()
    for command in (["doctor"], ["audit", "verify"]):
        run(store_settings, *command)
    record_property("rounds", storm.kills)
    for name, figure in figures(storm, len(found.deliveries)).items():
        record_property(name, figure)
    record_property("texts uncertain for a while", len(found.uncertain_ever))
    record_property("… settled by the provider's list", len(found.reconciled))
    record_property("… left for a person", len(found.uncertain))
    record_property("… lost, or sent twice", 0)


def figures(storm: SendingStorm, texts: int) -> dict[str, int]:
    """Return what happened in a storm."""
    points = {f"kills at: {point}": times for point, times in sorted(storm.at.items())}
    return points | {
        "processes stopped and continued": storm.stops,
        "stop words received": len(storm.opted_out),
        "texts": texts,
        "texts accepted": len(storm.twilio.accepted),
    }


def settle(store: Store, storm: SendingStorm) -> None:
    """Send what still waits, read the provider's list to its end, and so settle what can be settled."""
    storm.twilio.hidden = set()
    storm.interrupted.update(sending_of(store, storm.dead))
    expire_claims(store, storm.dead)
    until(lambda: _all_sent(store), "everything was sent")
    for message in storm.twilio.accepted:
        message.status = "delivered"
    read_lists(store)
    read_lists(store)


def _all_sent(store: Store) -> bool:
    dispatch(store)
    counts = store.db.snapshot_now(deliveries.count_by_state)
    return not any(counts.get(state) for state in ("waiting", "claimed", "sending"))


def run(settings: Settings, *command: str) -> None:
    """Run a command of Valhalla, which must find nothing wrong."""
    given = {"VALHALLA_DATA_DIR": str(settings.data_dir)}
    if settings.database_url is not None:
        given["VALHALLA_DATABASE_URL"] = settings.database_url
    done = preloaded.run(
        [sys.executable, "-m", "backend.app.cli", *command],
        cwd=ROOT,
        env=clean_environment(given),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
