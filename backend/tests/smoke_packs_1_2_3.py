"""Smoke test of all three packs through their services, in a temporary data directory and without a server.

    python backend/tests/smoke_packs_1_2_3.py

prints a line a step and exits with 1 when a step fails.
"""

import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from backend.app.bootstrap import Store, open_store  # noqa: E402
from backend.app.core_gov.audit import service as audit  # noqa: E402
from backend.app.core_gov.comms import service as comms  # noqa: E402
from backend.app.core_gov.comms.schemas import DraftCreate, DraftPatch  # noqa: E402
from backend.app.core_gov.jv import service as jv  # noqa: E402
from backend.app.core_gov.jv.schemas import DealLinkCreate, PartnerCreate  # noqa: E402
from backend.app.core_gov.property import service as properties  # noqa: E402
from backend.app.core_gov.property.comparison import compare  # noqa: E402
from backend.app.core_gov.property.schemas import (  # noqa: E402
    CompsRequest,
    NeighborhoodRatingCreate,
    PropertyCreate,
    RepairRentCreate,
)
from backend.app.deals import service as deals  # noqa: E402
from backend.app.deals.schemas import DealCreate  # noqa: E402
from backend.app.kit import log  # noqa: E402
from backend.app.kit.db import Ctx  # noqa: E402
from backend.app.kit.errors import Conflict, NotFound  # noqa: E402
from backend.app.settings import Settings  # noqa: E402

CTX = Ctx("smoke", "job")


class Walk:
    """The steps, in order. Each prints its result."""

    def __init__(self, store: Store, root: Path) -> None:
        self.db, self.mirror, self.root = store.db, store.mirror, root
        self.steps = 0

    def step(self, what: str, good: bool) -> None:
        self.steps += 1
        print(f"{'ok  ' if good else 'FAIL'} {what}", flush=True)
        if not good:
            raise SystemExit(1)

    def write(self, act: Callable[..., Any], *args: Any) -> dict[str, Any]:
        fields: dict[str, Any] = self.db.write_now(CTX, act, *args).fields
        return fields

    def refused(self, error: type[Exception], act: Callable[..., Any], *args: Any) -> bool:
        try:
            self.db.write_now(CTX, act, *args)
        except error:
            return True
        return False

    def file(self, name: str) -> list[dict[str, Any]]:
        """Return the records of a JSON file, which may lag briefly on a busy machine."""
        self.mirror.wait_in_step(10)
        items: list[dict[str, Any]] = json.loads((self.root / name).read_bytes())["items"]
        return items


def walk_comms(walk: Walk) -> None:
    draft = walk.write(comms.create_draft, DraftCreate(body="Hello", to="+1 416 555 0123", deal_id="deal_demo"))
    walk.step("comms: a draft is on file", draft["status"] == "draft" and draft["to_e164"] == "+14165550123")
    ready = walk.write(comms.patch_draft, draft["id"], DraftPatch.model_validate({"status": "ready"}))
    walk.step("comms: it is ready", ready["status"] == "ready")
    by_hand = DraftPatch.model_validate({"status": "sent"})
    walk.step("comms: it cannot be patched to sent", walk.refused(Conflict, comms.patch_draft, draft["id"], by_hand))
    entry = walk.write(comms.mark_sent, draft["id"], "twilio", "SM1")
    walk.step("comms: mark_sent logs it", entry["draft_id"] == draft["id"] and entry["body"] == "Hello")
    again = walk.write(comms.mark_sent, draft["id"], "twilio", "SM1")
    walk.step("comms: the same again is the same entry", again["id"] == entry["id"])
    other = walk.refused(Conflict, comms.mark_sent, draft["id"], "twilio", "SM2")
    walk.step("comms: another reference is refused", other)
    walk.step("comms: drafts.json shows it as sent", walk.file("comms/drafts.json")[0]["status"] == "sent")
    walk.step("comms: sendlog.json has the entry", walk.file("comms/sendlog.json")[0]["id"] == entry["id"])


def walk_jv(walk: Walk) -> None:
    partner = walk.write(jv.create_partner, PartnerCreate(name="Maple Street Capital", role="lender"))
    walk.step("jv: a partner is on file", partner["role"] == "lender")
    deal = walk.write(deals.create_deal, DealCreate(name="114 Elm", price=100.1, arv=200.2, status="offered"))
    walk.step("jv: a deal is on file", deal["id"].startswith("deal_"))
    link = DealLinkCreate(partner_id=partner["id"], deal_id=deal["id"])
    walk.step("jv: the partner is linked to it", walk.write(jv.create_link, link)["relationship"] == "JV")
    walk.step("jv: a second such link is refused", walk.refused(Conflict, jv.create_link, link))
    nobody = DealLinkCreate(partner_id="p_nobody", deal_id=deal["id"])
    walk.step("jv: a link to nobody is refused", walk.refused(NotFound, jv.create_link, nobody))
    walk.write(jv.create_link, DealLinkCreate(partner_id=partner["id"], deal_id="deal_gone"))
    board = walk.db.snapshot_now(jv.dashboard, partner["id"])
    walk.step("jv: the dashboard adds it up", [total.price for total in board.deal_totals] == [100.1])
    walk.step("jv: and names the deal that is missing", board.warnings == ["deal deal_gone is not on file"])


def walk_property(walk: Walk) -> None:
    house = PropertyCreate(address="12 Main St.", city="Toronto", region="ON", postal="m5v2t6")
    first = walk.write(properties.create_property, house)
    walk.step("property: a property is on file", first["postal"] == "M5V 2T6")
    twin = walk.db.write_now(CTX, properties.create_property, house.model_copy(update={"address": "12 main street"}))
    walk.step("property: the same address is warned about", first["id"] in "".join(twin.warnings))
    missing = walk.refused(NotFound, properties.get_rating, first["id"])
    walk.step("property: there is no rating yet", missing)
    rating = walk.write(properties.upsert_rating, first["id"], NeighborhoodRatingCreate(score=81))
    walk.step("property: the neighborhood is rated", rating["score"] == 81)
    compared = compare(walk.db, CompsRequest(property_id=first["id"], radius_km=2))
    comps = walk.write(properties.save_comps, compared)
    walk.step("property: comps are empty, and say why", comps["comps"] == [] and bool(comps["message"]))
    stub = walk.write(properties.upsert_repair_rent, first["id"], RepairRentCreate(est_repairs=25000, est_rent=2400))
    walk.step("property: repairs and rent are kept", stub["est_rent"] == 2400)
    walk.step("property: properties.json has both", len(walk.file("property/properties.json")) == 2)


def walk_audit(walk: Walk) -> None:
    events = [json.loads(doc) for doc in walk.db.snapshot_now(audit.list_events, {}, 500, None).docs]
    actions = {event["action"] for event in events}
    expected = {"draft.created", "draft.sent", "partner.created", "link.created", "property.created"}
    walk.step("audit: every act is in the trail", expected <= actions)


def main() -> None:
    """Open a store in a temporary directory and run all steps."""
    log.configure("error", "text")
    with tempfile.TemporaryDirectory(prefix="valhalla-smoke-") as folder:
        root = Path(folder)
        with open_store(Settings(data_dir=root, database_url=None)) as store:
            walk = Walk(store, root)
            for part in (walk_comms, walk_jv, walk_property, walk_audit):
                part(walk)
    print(f"All {walk.steps} steps passed.")


if __name__ == "__main__":
    main()
