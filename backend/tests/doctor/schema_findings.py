"""What the doctor finds in the schema of a store, and what its repairs do."""

import json
from typing import Any

from backend.app.bootstrap import open_store
from backend.app.core_gov.audit import service as audit
from backend.app.kit.db import losses
from backend.app.kit.db.sql import DialectName
from backend.app.settings import Settings
from backend.tests.doctor.command import Doctor
from backend.tests.doctor.conftest import run
from backend.tests.harness import until

Doc = dict[str, Any]
_CONNECTIONS = """
SELECT count(*) FROM pg_stat_activity WHERE application_name = 'valhalla' AND datname = current_database()
"""


def schema(doctor: Doctor) -> list[Doc]:
    """Return the schema findings that are not ok, and assert that nothing has changed."""
    return [each for each in doctor.check() if each["subject"] == "schema" and each["verdict"] != "ok"]


def sentences(doctor: Doctor) -> str:
    return "\n".join(each["sentence"] for each in schema(doctor))


def dialect(settings: Settings) -> DialectName:
    return "postgresql" if settings.database_url else "sqlite"


def fixed(doctor: Doctor) -> list[str]:
    """Run --fix and return its results. Wait until the server has noticed that a connection was closed."""
    if doctor.settings.database_url:
        until(lambda: run(doctor.settings, _CONNECTIONS) == [(0,)], "nobody is connected")
    found = doctor.json("--fix")
    assert all(fix["done"] for fix in found["fixed"]), found["fixed"]
    return [line for fix in found["fixed"] for line in fix["result"]]


def lost(settings: Settings) -> dict[str, int | None]:
    with open_store(settings) as store:
        return {loss.table: loss.rows for loss in store.db.snapshot_now(losses.every)}


def acts(settings: Settings) -> list[str]:
    """Return the actions of the latest events, newest first."""
    with open_store(settings) as store:
        docs = store.db.snapshot_now(lambda tx: audit.list_events(tx, {}, 20, None).docs)
    return [json.loads(doc)["action"] for doc in docs]
