"""Creation of the demo's records through the services that the API calls: validated, audited and mirrored."""

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from pydantic import BaseModel

from backend.app.bootstrap import open_store
from backend.app.core_gov.comms import service as comms
from backend.app.core_gov.comms.consent import service as consent
from backend.app.core_gov.comms.consent.schemas import ConsentPut, OptOutCreate
from backend.app.core_gov.comms.schemas import DraftPatch
from backend.app.core_gov.jv import service as jv
from backend.app.core_gov.jv.schemas import DealLinkCreate, DealLinkPatch, PartnerPatch
from backend.app.core_gov.notes import service as notes
from backend.app.core_gov.property import service as property_
from backend.app.core_gov.property.comparison import compare
from backend.app.core_gov.property.schemas import (
    CompsRequest,
    NeighborhoodRatingCreate,
    PropertyPatch,
    RepairRentCreate,
)
from backend.app.core_gov.property.valuation import value
from backend.app.core_gov.valuation.schemas import ValuationRequest
from backend.app.core_gov.views import service as views
from backend.app.deals import service as deals
from backend.app.deals.schemas import DealCreate, DealPatch
from backend.app.demo import market, opinions, timeline
from backend.app.demo.joint_ventures import DEAL, JointVenture
from backend.app.demo.messages import AGREED, MESSAGES, OPTED_OUT, PROVIDERS, Message
from backend.app.demo.notebook import NOTES, VIEWS, DemoNote, DemoView
from backend.app.demo.people import PEOPLE, Partner
from backend.app.demo.pipeline import CANADIAN, House, Plan, Share, american, plans, shares
from backend.app.demo.sales import DemoSale, pick
from backend.app.demo.timeline import OPENED, Actions, moment
from backend.app.kit import clock
from backend.app.kit.db import Ctx, Database, Tx
from backend.app.kit.output.progress import ReportProgress
from backend.app.kit.records import Stored
from backend.app.settings import Settings
from backend.app.store_tables import TABLES

_REVIEWED = date(2026, 11, 2)
"""The day on which the company went through its partners."""

P = ParamSpec("P")
R = TypeVar("R", bound=BaseModel)


class Company:
    """The demo company, created in an open, empty database. `ids` maps names in the content to record ids."""

    def __init__(self, db: Database, progress: ReportProgress) -> None:
        self._db, self._progress = db, progress
        self._done = self._total = 0
        self._at = moment(OPENED)
        self.ids: dict[str, str] = {}

    def build(self, sales: Sequence[DemoSale], properties: int) -> None:
        """Create all records, with this many properties in King County. Raises StartError if there are fewer sales."""
        houses = [american(sale) for sale in pick(sales, properties)]
        pipeline = plans(houses)
        parts = [(plan, share) for plan in pipeline for share in shares(plan)]
        contents = (PEOPLE, houses, CANADIAN, pipeline, parts, MESSAGES, NOTES, VIEWS, [OPTED_OUT], [DEAL])
        self._total = sum(len(records) for records in contents)
        market.load(self._db, Ctx("dana", "cli", at=moment(OPENED, -60)), sales)
        by_key = {plan.key: plan for plan in pipeline}
        timeline.run(
            [
                *(self._partner(person, number) for number, person in enumerate(PEOPLE)),
                *(self._property(house, number) for number, house in enumerate([*houses, *CANADIAN])),
                *map(self._deal, pipeline),
                *map(self._link, parts),
                *(self._message(message, by_key, number) for number, message in enumerate(MESSAGES)),
                *(self._note(note, by_key) for note in NOTES),
                *map(self._view, VIEWS),
                self._words_about_contact(),
                JointVenture(self._db, self._do, self.ids, by_key[DEAL]).actions(),
            ],
            self._set_time,
            self._count,
        )

    def _set_time(self, at: str) -> None:
        self._at = min(at, clock.now())

    def _count(self) -> None:
        self._done += 1
        self._progress(self._done, self._total)

    def _do(
        self, actor: str, fn: Callable[Concatenate[Tx, P], Stored[R]], *args: P.args, **kwargs: P.kwargs
    ) -> dict[str, Any]:
        """Perform one action of one person as if it came through the API, and return the record."""
        return self._db.write_now(Ctx(actor, "api", at=self._at), fn, *args, **kwargs).fields

    # Records

    def _partner(self, person: Partner, number: int) -> Actions:
        yield moment(OPENED, number)
        partner = self._do("june", jv.create_partner, person.as_created())
        self.ids[person.key] = partner["id"]
        if person.status != "active":
            yield moment(_REVIEWED, number)
            self._do("dana", jv.patch_partner, partner["id"], PartnerPatch.model_validate({"status": person.status}))

    def _property(self, house: House, number: int) -> Actions:
        yield moment(OPENED, 60 + number / 6)
        created = self._do(house.by, property_.create_property, house.record)
        self.ids[house.place] = created["id"]
        if opinions.is_rated(house):
            self._do(house.by, property_.upsert_rating, created["id"], self._rating(house))

    def _rating(self, house: House) -> NeighborhoodRatingCreate:
        score, notes, factors = opinions.rating(house)
        return NeighborhoodRatingCreate(score=score, notes=notes, factors=factors)

    def _deal(self, plan: Plan) -> Actions:
        yield moment(plan.day_of("lead"), plan.number)
        house_id = self.ids[plan.house.place]
        payload = DealCreate(
            name=plan.name, strategy=plan.strategy, owner=plan.by, address=plan.house.place, property_id=house_id,
            currency=plan.currency, notes=plan.notes if plan.status != "closed" else None, tags=plan.tags,
        )  # fmt: skip
        deal_id = self.ids[plan.key] = self._do(plan.by, deals.create_deal, payload)["id"]
        for status, facts in plan.steps():
            yield moment(plan.day_of(status), plan.number)
            if status == "analyzing":
                self._analyze(plan, house_id)
            self._do(plan.by, deals.patch_deal, deal_id, DealPatch.model_validate({"status": status, **facts}))
        if next_step := plan.next_step():
            self._do(plan.by, deals.patch_deal, deal_id, DealPatch.model_validate(next_step))
        of_deal = {"deal_id": deal_id, "status": plan.property_status, "owner": plan.by}
        patch = PropertyPatch.model_validate(of_deal)
        self._do(plan.by, property_.patch_property, house_id, patch)

    def _analyze(self, plan: Plan, house_id: str) -> None:
        """Run the analyses that precede an offer: comparable sales, repairs and rent."""
        request = CompsRequest(property_id=house_id, as_of=market.AS_OF, notes=opinions.comps_notes(plan.house))
        self._do(plan.by, property_.save_comps, compare(self._db, request))
        if plan.house.sale is not None:  # the fictional streets in Canada have no sales
            valuation_request = ValuationRequest(as_of=market.AS_OF)
            self._do(plan.by, property_.save_valuation, value(self._db, house_id, valuation_request))
        estimate = RepairRentCreate(
            est_repairs=plan.repairs, est_rent=plan.rent, assumptions=opinions.assumptions(plan)
        )
        self._do(plan.by, property_.upsert_repair_rent, house_id, estimate)

    def _link(self, part: tuple[Plan, Share]) -> Actions:
        plan, share = part
        yield moment(plan.last_day, plan.number + 60)
        link = self._do(
            plan.by, jv.create_link,
            DealLinkCreate(
                partner_id=self.ids[share.partner], deal_id=self.ids[plan.key], relationship=share.relationship,
                split_notes=share.split_notes,
            ),
        )  # fmt: skip
        if share.status != "active":
            yield moment(plan.last_day, plan.number + 120)
            self._do("june", jv.patch_link, link["id"], DealLinkPatch.model_validate({"status": share.status}))

    def _note(self, note: DemoNote, by_key: dict[str, Plan]) -> Actions:
        since = by_key[note.about].last_day if note.about in by_key else OPENED
        yield moment(max(since, date.fromisoformat(note.date)), 180)
        self._do(note.by, notes.create_note, note.as_created(self.ids[note.about]))

    def _view(self, view: DemoView) -> Actions:
        yield moment(_REVIEWED, 240)
        self._do(view.by, views.create_view, view.as_created())

    def _message(self, message: Message, by_key: dict[str, Plan], number: int) -> Actions:
        plan = by_key[message.deal] if message.deal else None
        day = plan.last_day if plan else _REVIEWED
        yield moment(day, 200 + number)
        draft_id = self._do(
            message.by, comms.create_draft, message.draft(plan, self.ids[plan.key] if plan else None)
        )["id"]  # fmt: skip
        if message.final_state in {"ready", "sent", "sent and archived"}:
            self._do(message.by, comms.patch_draft, draft_id, DraftPatch.model_validate({"status": "ready"}))
        if message.final_state in {"sent", "sent and archived"}:
            provider = PROVIDERS.get(message.channel, "manual")
            reference = f"demo-{MESSAGES.index(message) + 1:04}" if provider != "manual" else None
            yield moment(day, 260 + number)
            self._do("june", comms.mark_sent, draft_id, provider, reference)
        if message.final_state in {"archived", "sent and archived"}:
            self._do("june", comms.patch_draft, draft_id, DraftPatch.model_validate({"status": "archived"}))

    def _words_about_contact(self) -> Actions:
        """Record who wants no texts, and who agreed to them."""
        yield moment(OPENED, 30)
        for address, channel in OPTED_OUT:
            opted_out = OptOutCreate(address=address, channel=channel, note="Asked on the phone.")
            self._do("june", consent.create_opt_out, opted_out)
        for address in AGREED:
            agreed = ConsentPut(address=address, kind="express", obtained_on=self._at[:10], source="web form")
            self._do("june", consent.put_consent, agreed)


def create(
    settings: Settings, root: Path, sales: Sequence[DemoSale], properties: int, progress: ReportProgress
) -> dict[str, Any]:
    """Create the company in its own directory, always on SQLite. Return the facts for its marker."""
    demo_settings = settings.model_copy(update={"data_dir": root, "database_url": None})
    with open_store(demo_settings) as store:
        company = Company(store.db, progress)
        company.build(sales, properties)
        records = {table.file: store.db.snapshot_now(table.count) for table in TABLES}
    return {"properties": properties, "records": records, "busiest_partner": company.ids["mei"]}
