"""Makes the folder of a version, by the API as its users would: `python -m backend.tests.released.make VERSION`."""

import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from itertools import count
from pathlib import Path

import httpx

from backend.app.bootstrap import Store, open_store
from backend.app.core_gov.access.people import links
from backend.app.core_gov.access.people import service as people
from backend.app.core_gov.access.people.schemas import InvitationCreate
from backend.app.core_gov.access.tokens import service as tokens
from backend.app.core_gov.market import service as market
from backend.app.core_gov.market.sale import Sale
from backend.app.kit.db import Ctx
from backend.app.settings import Settings
from backend.app.store_tables import TABLES
from backend.tests.core_gov.jv.joint_venture import JointVenture, days_ago, joint_venture
from backend.tests.harness import http_client, serving

HERE = Path(__file__).parent
ACTOR = Ctx("dana", "cli")
MARKET = "hamilton"


def _post_to_an_agreement(jv: JointVenture) -> None:
    """Post a document of every kind, and issue a statement."""
    today = days_ago(0)
    jv.post("commitments", partner_id=jv.lp, amount=200_000, effective_on=days_ago(365))
    jv.contribute(150_000.75)
    wrong = jv.contribute(150_000.75, jv.gp)
    jv.post("reversals", reverses=wrong["entry_id"], meaning="never_happened")
    jv.post("transactions", kind="purchase", deal_id=jv.deal, amount=90_000.5, effective_on=days_ago(300))
    jv.post("transactions", kind="sale", deal_id=jv.deal, amount=120_000, effective_on=days_ago(30))
    distribution = jv.distribute(100_000)
    jv.post("payments", distribution_id=distribution["id"], effective_on=today)
    jv.post("amendments", effective_from=days_ago(-1), terms=jv.api.get(jv.path).json()["terms"])
    jv.post("periods", action="close", through=days_ago(60))
    period = {"kind": "capital_account", "period_from": days_ago(400), "period_to": today}
    issued = jv.api.post("/core/jv/statements", json=period | {"agreement_id": jv.id, "partner_id": jv.lp})
    assert issued.status_code == 201, issued.text


def fill(api: httpx.Client) -> None:
    """Create a few records of every kind, some of them changed and some refused."""

    keys = count(1)

    def post(path: str, **body: object) -> str:
        answer = api.post(f"/core{path}", json=body, headers={"Idempotency-Key": f"key-{next(keys)}"})
        assert answer.status_code in {200, 201}, answer.text
        return str(answer.json().get("id", ""))

    deal = post("/deals", name="114 Elm Street", price=412000, est_repairs=68500.5, tags=["off-market"])
    partner = post("/jv/partners", name="Maple Street Capital – Überbrückung 桜", role="lender", tags=["quick", "cash"])
    post("/jv/partners", name="A builder", role="gc", phone="416-555-0123", notes="=1+1", meta={"rate": 1.5e-7})
    post("/jv/links", partner_id=partner, deal_id=deal, split_notes="50/50")
    sent = post("/comms/drafts", channel="sms", to="416-555-0123", body="Still looking?\nCall me.", deal_id=deal)
    post("/comms/drafts", channel="letter", body="Dear Dana", tags=["slow"], meta={"big": 2**62, "deep": [{"a": None}]})
    api.post(f"/core/comms/drafts/{sent}/mark_sent", params={"provider": "twilio", "provider_ref": "SM42"})
    assert api.patch(f"/core/comms/drafts/{sent}", json={"body": "Other words"}).status_code == 409
    post("/comms/opt_outs", address="416 555 0199", note="Asked on the phone.")
    post("/comms/consents", address="416 555 0123", kind="express", obtained_on="2026-01-31", source="web form")
    home = post(
        "/property/properties", address="12 Oak Ave", city="Hamilton", region="ON", longitude=-79.87, latitude=43.25
    )
    post(f"/property/properties/{home}/neighborhood_rating", score=71, notes="quiet")
    post("/property/comps", property_id=home, radius_km=1.5, beds=3)
    post(f"/property/properties/{home}/repair_rent", est_repairs=1000.25, est_rent=3150)
    assert api.patch(f"/core/jv/partners/{partner}", json={"status": "paused", "tags": ["quick"]}).status_code == 200
    post("/market/markets", name=MARKET, country="CA", currency="CAD")
    post("/market/appraisals", property_id=home, market=MARKET, value=540000, currency="CAD", date="2026-01-31")
    _post_to_an_agreement(joint_venture(api))
    post("/notes", entity="deal", entity_id=deal, text="The seller wants to close in May.", date="2026-03-20")
    post("/views", list="deals", name="Leads by price", query="status=lead&sort=-price")
    costs = [{"trade": "scope", "item": "cosmetic", "low": 10, "mid": 20.5, "high": 35, "unit": "sqft"}]
    post("/property/repair_costs", currency="CAD", source="ours", as_of="2026-01-31", costs=costs)


def sales(store: Store) -> None:
    """Store sales around the property, one flagged and one withdrawn by its source."""
    sold = [
        Sale(
            f"p{number}", 41_000_000 + 250_050 * number, "CAD", f"2026-{number % 9 + 1:02}-15", latitude=43.25,
            longitude=-79.87 + number / 5000, living_sqft=1200.5 + 10 * number, beds=3.0, year_built=1950,
            parcel=f"p{number}", row='{"Preis":"überall 桜"}', units='{"living_sqft":"m2"}',
        )
        for number in range(40)
    ]  # fmt: skip
    store.db.write_now(ACTOR, market.upsert_sales, MARKET, "county", sold)
    store.db.write_now(ACTOR, market.remove_sales, MARKET, "county", ["p3"], "taken back")
    store.db.write_now(ACTOR, market.flag_sale, 1, "sold to a cousin")


def value(api: httpx.Client) -> None:
    """Store a comparison and a valuation by those sales."""
    (home,) = api.get("/core/property/properties").json()["items"]
    path = f"/core/property/properties/{home['id']}"
    assert api.patch(path, json={"sqft": 1400, "beds": 3}).status_code == 200
    asked = {"property_id": home["id"], "as_of": "2026-11-01", "excluded": ["sale_7"]}
    assert api.post("/core/property/comps", json=asked).json()["comps"]
    assert api.post(f"{path}/valuation", json={"as_of": "2026-11-01"}).status_code == 201


def people_of(store: Store) -> None:
    """Invite two people. One has a password and is disabled, the other has not accepted yet."""
    made = store.db.write_now(ACTOR, people.invite, InvitationCreate(email="ana@example.com", role="operator"))
    hashed = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$c29tZWhhc2g"
    store.db.write_now(ACTOR, links.use_link, made.secret, "Ana", hashed)
    store.db.write_now(ACTOR, people.set_status, "ana@example.com", "disabled")
    store.db.write_now(ACTOR, people.invite, InvitationCreate(email="dana@example.com"))


INDEX = "search_words"
"""Virtual table of the text index, whose content is the table `search_entries`."""


def dumped(conn: sqlite3.Connection) -> Iterator[str]:
    """Yield the statements that make the database again. Python's dump cannot be loaded if it has a virtual table."""
    for line in conn.iterdump():
        if line.startswith("INSERT INTO sqlite_master"):
            (create,) = conn.execute("SELECT sql FROM sqlite_master WHERE name = ?", (INDEX,)).fetchone()
            yield f"{create};"
        elif not (INDEX in line.partition("(")[0] or line.startswith("PRAGMA writable_schema")):
            yield line.replace("COMMIT;", f"INSERT INTO {INDEX}({INDEX}) VALUES('rebuild');\nCOMMIT;")


def make(folder: Path) -> None:
    with tempfile.TemporaryDirectory() as temp:
        settings = Settings(data_dir=Path(temp) / "data")
        with serving(settings) as url, http_client(url) as api:
            fill(api)
        with open_store(settings) as store:
            sales(store)
        with serving(settings) as url, http_client(url) as api:
            value(api)
        with open_store(settings) as store:
            store.db.write_now(ACTOR, tokens.create_token, "office-toronto", "operator")
            store.db.write_now(ACTOR, tokens.create_token, "gone", "viewer")
            store.db.write_now(ACTOR, tokens.revoke_token, "gone")
            people_of(store)
        folder.mkdir()
        with closing(sqlite3.connect(settings.sqlite_path)) as conn:
            text = "\n".join(dumped(conn))
        (folder / "store.sql").write_text(text + "\n", encoding="utf-8")
        for table in TABLES:
            path = folder / "json" / table.file
            path.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(settings.data_dir / table.file, path)
        _archive(settings, folder / "archive.zip")


def _archive(settings: Settings, path: Path) -> None:
    from backend.app.backups.backup import backup
    from backend.tests.backups.quiet import quiet

    backup(settings, path, quiet)
    path.chmod(0o644)


if __name__ == "__main__":
    make(HERE / sys.argv[1])
