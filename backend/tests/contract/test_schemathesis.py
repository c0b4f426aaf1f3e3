"""schemathesis over the whole OpenAPI: no failure of ours, no status, header or answer that is not documented."""

import json
import subprocess
import sys
from functools import partial
from pathlib import Path

import httpx
from prometheus_client.parser import text_string_to_metric_families

from backend.app.bootstrap import open_store
from backend.app.core_gov.access.schemas import ROLES
from backend.app.core_gov.access.tokens import service as tokens
from backend.app.core_gov.comms.delivery import progress
from backend.app.core_gov.comms.delivery.progress import Report
from backend.app.core_gov.jobs.service import create_job
from backend.app.core_gov.jv.ledger import service as ledger
from backend.app.core_gov.valuation.model_card import Card
from backend.app.core_gov.valuation.schemas import STUDY
from backend.app.core_gov.valuation.store import add_model, add_study
from backend.app.kit.db import Tx
from backend.app.kit.http.operation import Admits
from backend.app.settings import Settings
from backend.tests.contract import schema_valid
from backend.tests.contract.answers import everything
from backend.tests.contract.kinds import KINDS, PER_PROPERTY, make
from backend.tests.contract.openapi_document import DOCUMENT
from backend.tests.contract.replay import is_about_secrets, replay, replay_as
from backend.tests.contract.schema_valid import RECORDING
from backend.tests.core_gov.access.test_admission_model import OPERATIONS
from backend.tests.core_gov.comms.senders.twilio_double import write_senders
from backend.tests.core_gov.jv.joint_venture import days_ago, joint_venture
from backend.tests.core_gov.market.on_file import CLERK, put, varied
from backend.tests.harness import Postgres, clean_environment, http_client, serving, until
from backend.tests.promises import promise

# A schema cannot say everything that makes input valid (a postal code of its region, a cursor that a list gave
# out): schema_valid.py lists the reasons for which a request that satisfies the schema may be refused.
# test_strict_bodies.py and test_strict_requests.py check the reasons.
CHECKS = [
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
    "schema_valid_requests_are_accepted",
    "unsupported_method",
    "allow_header_conformance",
    "ensure_resource_availability",
]
EXAMPLES = 3
"""Random inputs for each operation, beside those that cover its schema. `make soak` sends random input for longer."""

CONFIG = """
hooks = {hooks}
seed = 1
color = false
suppress-health-check = ["all"]
base-url = {base_url}

[generation]
deterministic = true
max-examples = {examples}

[phases.stateful.generation]
max-examples = {examples}

[dictionaries]
{dictionaries}

[parameters]
{parameters}
"""


HOUSE = {"address": "1 Elm St", "country": "US", "latitude": 47.6, "longitude": -122.3, "sqft": 1500}


def known_records(api: httpx.Client, settings: Settings) -> dict[str, list[str]]:
    """Create records of every kind, so that not every response is a 404. Return their ids by parameter."""
    made = {name: [make(kind, api, **given)["id"] for given in ({}, kind.full)] for name, kind in KINDS.items()}
    sent = make(KINDS["drafts"], api)["id"]
    api.post(f"/core/comms/drafts/{sent}/mark_sent")
    for kind in PER_PROPERTY:
        api.post(kind.path(made["properties"][0]), json=kind.full)
    api.post("/core/property/comps", json={"property_id": made["properties"][0]})
    with open_store(settings) as store:
        put(store.db, "elm", varied(30))
        put(store.db, "oak", varied(1))
        store.db.write_now(CLERK, add_study, "study_1", "elm", json.dumps(STUDY))
        models = [Card(f"mdl_{n}", "oak", f"2015-0{n}-01", "2", "", {"version": "2"}, "2015") for n in range(1, 9)]
        for card in models:
            store.db.write_now(CLERK, add_model, card, "{}")
        # No process runs a job of an unknown kind, so it can be paused, resumed and canceled.
        waiting = [store.db.write_now(CLERK, create_job, "unknown", {"n": n}).document["id"] for n in range(4)]
    api.post("/core/market/models/mdl_8/use").raise_for_status()
    api.delete("/core/market/models/mdl_1").raise_for_status()
    api.put("/core/market/schedules/elm", json={}).raise_for_status()
    compared = api.post("/core/property/properties", json=HOUSE).json()["id"]
    assert api.post("/core/property/comps", json={"property_id": compared, "as_of": "2015-06-01"}).json()["comps"]
    valued = api.post(f"/core/property/properties/{compared}/valuation", json={"as_of": "2015-06-01"})
    assert valued.status_code == 201
    api.get(f"/core/property/properties/{compared}/valuation").raise_for_status()
    robots = [f"robot-{n}" for n in range(8)]
    for robot in robots:
        api.post("/core/access/tokens", json={"name": robot}).raise_for_status()
    invited = [{"email": f"person{n}@example.com"} for n in range(4)]
    people = [api.post("/core/access/people", json=person).json()["person"]["id"] for person in invited]
    exported = api.get("/core/deals/export", headers={"Prefer": "respond-async"}).json()["id"]
    until(lambda: api.get(f"/core/jobs/{exported}").json()["state"] == "succeeded", "the export has ended")
    messages = known_messages(api, settings) | known_joint_ventures(api, settings)
    return messages | {
        "draft_id": [*made["drafts"], sent, *messages["draft_id"]],
        "partner_id": made["partners"],
        "link_id": made["links"],
        "deal_id": made["deals"],
        "property_id": [*made["properties"], compared],
        "record_id": [sent],
        "name": ["elm"],
        "sale_id": ["sale_1", "sale_2"],
        "sale": ["sale_1", "sale_2"],
        "market": ["elm"],
        "model_id": [card.id for card in models[1:]],
        "costs_id": ["uc_shipped"],
        "job_id": [*waiting, exported],
        "note_id": made["notes"],
        "view_id": made["views"],
        "entity_id": made["deals"],
        "token_name": robots,
        "person_id": people,
    }


def known_joint_ventures(api: httpx.Client, settings: Settings) -> dict[str, list[str]]:
    """Create agreements, and post a document of every kind to one. Return the ids by parameter."""
    jv, other = joint_venture(api), joint_venture(api)
    today = days_ago(0)
    jv.post("commitments", partner_id=jv.lp, amount=2_000, effective_on=days_ago(300))
    jv.contribute(2_000)
    jv.post("transactions", kind="income", deal_id=jv.deal, amount=100, effective_on=today)
    distribution = jv.distribute(500)
    payment = jv.post("payments", distribution_id=distribution["id"], effective_on=today)
    jv.post("reversals", reverses=payment["entry_id"], meaning="never_happened")
    period = {"kind": "capital_account", "period_from": days_ago(90), "period_to": days_ago(1)}
    parties = {"agreement_id": jv.id, "partner_id": jv.lp}
    issued = [api.post("/core/jv/statements", json=parties | period).json()["id"] for _ in range(2)]
    jv.post("amendments", effective_from=days_ago(-1), terms=api.get(jv.path).json()["terms"])
    other.post("periods", action="close", through=days_ago(30))
    with open_store(settings) as store:
        store.db.write_now(CLERK, ledger.block, other.id, "a record was refused")
    api.post(f"{other.path}/unblock", json={"reason": "Compared with the bank."}).raise_for_status()
    api.get("/core/jv/presets", params={"investor": jv.lp, "sponsor": jv.gp}).raise_for_status()
    return {"agreement_id": [jv.id, other.id], "statement_id": issued}


OFFER = {"to": "+1 416 555 0123", "body": "Maple Homes Inc. would like to buy your house.", "status": "ready"}


def known_messages(api: httpx.Client, settings: Settings) -> dict[str, list[str]]:
    """Create messages that can be sent, and deliveries that a person has to decide about: no consent is on file.

    Nothing listens where their sender sends to.
    """
    write_senders(settings.data_dir, "http://127.0.0.1:9")
    ready = [api.post("/core/comms/drafts", json=OFFER).json()["id"] for _ in range(12)]
    order = {"sender": "main-line", "purpose": "buying", "place": {"country": "CA", "region": "ON"}}
    held = [api.post(f"/core/comms/drafts/{each}/send", json=order).json()["id"] for each in ready[:8]]
    with open_store(settings) as store:
        for delivery_id in held[:4]:
            store.db.write_now(CLERK, _make_uncertain, delivery_id)
    api.post(f"/core/comms/drafts/{ready[7]}/cancel").raise_for_status()
    api.get(f"/core/comms/drafts/{ready[0]}/delivery").raise_for_status()
    numbers = [f"+1416555{number:04}" for number in range(4)]
    opt_outs = [api.post("/core/comms/opt_outs", json={"address": each}).json()["id"] for each in numbers]
    return {"draft_id": ready[::-1], "delivery_id": held, "opt_out_id": opt_outs}


def _make_uncertain(tx: Tx, delivery_id: str) -> None:
    assert progress.apply(tx, progress.lock(tx, delivery_id), Report("uncertain")).state == "uncertain"


def ids_on_file(api: httpx.Client, known: dict[str, list[str]]) -> list[str]:
    """Return the ids of all records, in the same order at every service that was given the same ones."""
    records = (record["id"] for kind in KINDS.values() for record in everything(api, kind.path))
    return [*(each for ids in known.values() for each in ids), *records]


def configure(path: Path, api: httpx.Client, known: dict[str, list[str]]) -> None:
    places = [f"path.{name}" for name in known] + ["body.partner_id", "body.property_id", "body.deal_id"]
    places += ["query.sale", "query.market", "query.entity_id", "body.entity_id"]
    bindings = {place: place.partition(".")[2] for place in places}
    parameters = [
        f'{json.dumps(place)} = {{dictionary = "{name}", probability = 0.8}}' for place, name in bindings.items()
    ]
    text = CONFIG.format(
        hooks=json.dumps(schema_valid.__file__),
        base_url=json.dumps(str(api.base_url)),
        examples=EXAMPLES,
        dictionaries="\n".join(f"{name} = {{values = {json.dumps(ids)}}}" for name, ids in known.items()),
        parameters="\n".join(parameters),
    )
    path.write_text(text)


def assert_every_operation_succeeded(api: httpx.Client) -> None:
    """Assert it by the service's metrics, and that no response was a failure of ours."""
    counted = next(
        family
        for family in text_string_to_metric_families(api.get("/metrics").text)
        if family.name == "valhalla_requests"
    )
    labels = [sample.labels for sample in counted.samples]
    seen = {(each["method"], each["route"], each["status"][0]) for each in labels}
    every = [(method.upper(), path) for path, methods in DOCUMENT["paths"].items() for method in methods]
    missed = [each for each in every if not is_about_secrets(each[1]) and (*each, "2") not in seen]
    assert missed == [], "never answered with what they are for"
    assert not [each for each in seen if each[2] == "5"]


def assert_roles_are_kept(recording: Path, url: str, settings: Settings) -> None:
    """Assert that every request that changed something for an admin is refused to lower roles, without a 500."""
    with open_store(settings) as store:
        secrets = {role: store.db.write_now(CLERK, tokens.create_token, f"only-{role}", role) for role in ROLES[:2]}
    admits = {(method, str(each.path)): each for method, each in OPERATIONS}

    def may(role: str, method: str, path: str) -> bool:
        declared = admits.get((method, path), Admits())
        reads = method in {"GET", "HEAD", "OPTIONS"}
        if declared.role is not None:
            return declared.role == role
        return reads or declared.readers or (role == "operator")

    for role, secret in secrets.items():
        assert replay_as(recording, url, secret, partial(may, role)) > 0


@promise("Access", "Schemathesis as each role: every change that a role may not make is refused, in any form.")
@promise("API", "A request that satisfies the schema is refused only for what OpenAPI cannot state.")
@promise(
    "API",
    "Schemathesis finds no 500, undocumented status or schema mismatch in any operation, on both databases.",
)
@promise("Records and lists", "Stored bytes are valid against the published schema.")
def test_schemathesis_finds_no_violation(tmp_path: Path, postgres: Postgres) -> None:
    """SQLite answers schemathesis. PostgreSQL and the roles answer a sample of its requests."""
    sqlite = Settings(data_dir=tmp_path / "sqlite")
    with serving(sqlite) as url, http_client(url) as api:
        known = known_records(api, sqlite)
        there = ids_on_file(api, known)
        configure(tmp_path / "schemathesis.toml", api, known)
        run = subprocess.run(
            [sys.executable, "-m", "schemathesis.cli", "run", f"{url}/openapi.json", "--checks", ",".join(CHECKS)],
            cwd=tmp_path,
            env=clean_environment({"NO_PROXY": "127.0.0.1", "PYTHONWARNINGS": "ignore"}),
            capture_output=True,
            text=True,
            check=False,
        )
        assert run.returncode == 0, run.stdout[-20_000:] + run.stderr[-5_000:]
        assert_every_operation_succeeded(api)
        assert_roles_are_kept(tmp_path / RECORDING, url, sqlite)
    with postgres.lend() as database_url:
        postgresql = Settings(data_dir=tmp_path / "postgresql", database_url=database_url)
        with serving(postgresql) as url, http_client(url) as api:
            here = ids_on_file(api, known_records(api, postgresql))
            replay(tmp_path / RECORDING, url, dict(zip(there, here, strict=True)))
            assert_every_operation_succeeded(api)
