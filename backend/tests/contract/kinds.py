"""Every kind of record as the contract describes it, for parametrized tests."""

import json
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import httpx

Fields = dict[str, Any]
_numbers = count(1)


def unique(prefix: str = "deal") -> str:
    """Return a name that no other test uses."""
    return f"{prefix}_test{next(_numbers)}"


@dataclass(frozen=True)
class Kind:
    """A kind of record that is created by POST to its path.

    `least` and `full` are the smallest and the largest body, `defaults` what is stored where `least` says nothing,
    `derived` the fields that the service works out, `logged` those of them that grow with `change`; `choices` are
    the enumerations, `filters` what a list is filtered by with two values each, `cleared` the fields that null
    clears, `change` a patch that changes something. A field that names another record is in `refers`, as the path to
    make one. A text that must be unique is in `named`; `always` is sent although it has a default,
    which depends on the day.
    """

    name: str
    path: str
    entity: str
    prefix: str
    file: str
    least: Fields
    full: Fields
    defaults: Fields
    choices: dict[str, tuple[str, ...]]
    filters: dict[str, tuple[str, str]]
    cleared: tuple[str, ...]
    change: Fields
    derived: tuple[str, ...] = ()
    logged: tuple[str, ...] = ()
    refers: dict[str, str] = field(default_factory=dict)
    named: tuple[str, ...] = ()
    always: Fields = field(default_factory=dict)
    readable: bool = True

    def __str__(self) -> str:
        return self.name

    @property
    def required(self) -> tuple[str, ...]:
        return (*self.least, *self.refers, *self.named)

    def body(self, api: httpx.Client, given: Fields | None = None) -> Fields:
        """Return a valid body: the minimal one, plus the given fields."""
        referred = {name: make(KINDS[path], api)["id"] for name, path in self.refers.items()}
        named = {name: unique("name") for name in self.named}
        return {**self.least, **self.always, **referred, **named, **(given or {})}

    def one(self, record_id: str) -> str:
        return f"{self.path}/{record_id}"

    def read(self, api: httpx.Client, record_id: str) -> httpx.Response:
        """Return the record, from the list if it has no GET by id."""
        if self.readable:
            return api.get(self.one(record_id))
        found = api.get(self.path, params={"limit": 500})
        text = next(text for text in split_items(found.text) if f'"id":"{record_id}"' in text)
        return httpx.Response(found.status_code, text=text, headers={"content-type": "application/json"})


def make(kind: Kind, api: httpx.Client, **given: Any) -> Fields:
    """Create a record and return it."""
    answer = api.post(kind.path, json=kind.body(api, given))
    assert answer.status_code == 201, answer.text
    made: Fields = answer.json()
    made.pop("warnings", None)
    return made


def split_items(text: str) -> list[str]:
    """Return the items of a list response as their exact text."""
    decoder, found, at = json.JSONDecoder(), [], text.index("[") + 1
    while text[at] != "]":
        _, end = decoder.raw_decode(text, at)
        found.append(text[at:end])
        at = end + (text[end] == ",")
    return found


META = {"source": "test", "nested": {"list": [1, 2.5, True, None, "é"]}}

KINDS = {
    "drafts": Kind(
        name="drafts",
        path="/core/comms/drafts",
        entity="draft",
        prefix="dr_",
        file="comms/drafts.json",
        least={"body": "Hello"},
        full={
            "channel": "email", "status": "ready", "to": "dana@example.com", "subject": "Elm Street",
            "body": "Good morning,\n\n“yes” — 42 % ✓", "deal_id": "deal_x", "contact_id": "ct_x", "tone": "calm",
            "tags": ["a", "b"], "meta": META,
        },
        defaults={
            "channel": "sms", "status": "draft", "to": None, "subject": None, "deal_id": None, "contact_id": None,
            "tone": None, "tags": [], "meta": {},
        },
        choices={
            "channel": ("sms", "email", "call", "dm", "letter", "other"),
            "status": ("draft", "ready", "archived"),
        },
        filters={
            "status": ("ready", "archived"), "channel": ("letter", "dm"), "deal_id": ("deal_a", "deal_b"),
            "contact_id": ("ct_a", "ct_b"),
        },
        cleared=("to", "subject", "deal_id", "contact_id", "tone"),
        change={"body": "Hello again", "tone": "firm", "tags": ["c"], "meta": {"a": 1}},
        derived=("to_e164", "sent_at", "to_email", "to_extension", "delivery_id"),
    ),
    "partners": Kind(
        name="partners",
        path="/core/jv/partners",
        entity="partner",
        prefix="p_",
        file="jv/partners.json",
        least={"name": "Maple Street Capital"},
        full={
            "name": "Érable & Fils", "role": "lender", "roles": ["lender", "agent"], "status": "paused",
            "owner": "dana", "email": "loans@example.com", "phone": "416-555-0147", "country": "US",
            "language": "fr-CA",
            "notes": "two\nlines", "tags": ["a", "b"], "meta": META,
        },
        defaults={
            "role": "other", "roles": ["other"], "status": "active", "owner": None, "email": None,
            "phone": None, "country": "CA", "language": "en", "notes": None,
            "tags": [], "meta": {},
        },
        choices={
            "role": ("buyer", "lender", "gc", "pm", "jv_partner", "agent", "other"),
            "status": ("active", "paused", "archived"),
            "country": ("CA", "US"),
            "language": ("en", "fr-CA"),
        },
        filters={"status": ("paused", "archived"), "role": ("gc", "pm"), "owner": ("ann", "bob")},
        cleared=("owner", "email", "phone", "notes"),
        change={"name": "Maple & Sons", "status": "paused", "tags": ["c"], "meta": {"a": 1}},
        derived=("phone_e164", "email_normalized", "phone_extension"),
    ),
    "links": Kind(
        name="links",
        path="/core/jv/links",
        entity="link",
        prefix="lnk_",
        file="jv/links.json",
        least={"deal_id": "deal_not_on_file"},
        full={"deal_id": "deal_x", "relationship": "Lender", "split_notes": "60/40", "status": "paused", "meta": META},
        defaults={"relationship": "JV", "split_notes": None, "status": "active", "meta": {}},
        choices={"status": ("active", "paused", "ended", "archived")},
        filters={"deal_id": ("deal_a", "deal_b"), "status": ("ended", "archived")},
        cleared=("split_notes",),
        change={"split_notes": "50/50", "status": "ended", "meta": {"a": 1}},
        refers={"partner_id": "partners"},
        readable=False,
    ),
    "deals": Kind(
        name="deals",
        path="/core/deals",
        entity="deal",
        prefix="deal_",
        file="deals/deals.json",
        least={"name": "114 Elm Street"},
        full={
            "name": "12 Rue de l’Érable", "status": "offered", "strategy": "flip", "owner": "dana",
            "next_action": "Call the seller", "next_action_date": "2026-03-05", "lost_reason": "Outbid",
            "address": "12 Rue de l’Érable", "property_id": "pr_x", "price": 412000, "arv": 565000.5,
            "est_repairs": 0, "est_rent": 3150.25,
            "currency": "USD", "offer_date": "2026-03-02", "offer_expiry_date": "2026-03-08",
            "contract_date": "2026-03-09", "inspection_date": "2026-03-19", "financing_date": "2026-03-26",
            "close_date": "2026-04-30",
            "notes": "two\nlines", "tags": ["a", "b"], "meta": META,
        },
        defaults={
            "status": "lead", "strategy": None, "owner": None, "next_action": None, "next_action_date": None,
            "lost_reason": None, "offer_expiry_date": None, "inspection_date": None, "financing_date": None,
            "address": None, "property_id": None, "price": None, "arv": None,
            "est_repairs": None, "est_rent": None, "currency": "CAD", "offer_date": None, "contract_date": None,
            "close_date": None, "notes": None, "tags": [], "meta": {},
        },
        choices={
            "status": ("lead", "analyzing", "offered", "under_contract", "closed", "dead"),
            "strategy": ("wholesale", "flip", "brrrr", "rental", "jv"),
            "currency": ("CAD", "USD"),
        },
        filters={"status": ("closed", "dead"), "strategy": ("flip", "jv"), "property_id": ("pr_a", "pr_b"),
            "owner": ("ann", "bob"),
        },
        cleared=(
            "owner", "next_action", "next_action_date", "lost_reason", "offer_expiry_date", "inspection_date",
            "financing_date",
            "strategy", "address", "property_id", "price", "arv", "est_repairs", "est_rent", "offer_date",
            "contract_date", "close_date", "notes",
        ),
        change={"price": 99.99, "status": "analyzing", "tags": ["c"], "meta": {"a": 1}},
        derived=("stage_history",),
        logged=("stage_history",),
    ),
    "properties": Kind(
        name="properties",
        path="/core/property/properties",
        entity="property",
        prefix="pr_",
        file="property/properties.json",
        least={"address": "114 Elm Street"},
        full={
            "address": "114 Elm Street, Unit 2", "country": "CA", "region": "ON", "city": "Hamilton",
            "postal": "L8L 4V7", "status": "analyzing", "deal_id": "deal_x", "owner": "dana",
            "listing_url": "https://www.example.com/listing/114?photos=1#map",
            "photos_url": "http://photos.example.com:8080/114%20Elm", "beds": 3, "baths": 1.5, "sqft": 1420,
            "lot_sqft": 3600.5, "year_built": 1924, "latitude": 43.2557, "longitude": -79.8711,
            "property_type": "single_family", "parcel": "18-2-0091", "year_renovated": 2009, "grade": 7.5,
            "condition": 3, "floors": 1.5, "basement_sqft": 400, "view": 0, "waterfront": False, "market": "hamilton",
            "tags": ["a", "b"], "meta": META,
        },
        defaults={
            "country": "CA", "region": None, "city": None, "postal": None, "status": "tracked", "deal_id": None,
            "owner": None, "listing_url": None, "photos_url": None,
            "beds": None, "baths": None, "sqft": None, "lot_sqft": None, "year_built": None, "latitude": None,
            "longitude": None, "property_type": None, "parcel": None, "year_renovated": None, "grade": None,
            "condition": None, "floors": None, "basement_sqft": None, "view": None, "waterfront": None, "market": None,
            "tags": [], "meta": {},
        },
        choices={
            "country": ("CA", "US"),
            "status": ("tracked", "analyzing", "offered", "under_contract", "sold", "archived"),
        },
        filters={"status": ("sold", "archived"), "country": ("US", "CA"), "region": ("ON", "BC"),
                 "owner": ("ann", "bob")},
        cleared=(
            *("owner", "listing_url", "photos_url"),
            *("region", "city", "postal", "deal_id", "beds", "baths", "sqft", "lot_sqft", "year_built"),
            *("property_type", "parcel", "year_renovated", "grade", "condition", "floors", "basement_sqft", "view"),
            *("waterfront", "market"),
        ),
        change={"beds": 4, "condition": 4, "status": "offered", "tags": ["c"], "meta": {"a": 1}},
        derived=("address_key", "import_key"),
    ),
    "notes": Kind(
        name="notes",
        path="/core/notes",
        entity="note",
        prefix="note_",
        file="notes/notes.json",
        least={"entity": "deal", "text": "Call back on Monday"},
        full={"entity": "deal", "text": "two\nlines", "date": "2026-03-03", "status": "active", "meta": META},
        always={"date": "2026-03-02"},
        defaults={"date": "2026-03-02", "status": "active", "meta": {}},
        choices={"status": ("active", "archived")},
        filters={"status": ("archived", "active")},
        cleared=(),
        change={"text": "Call back on Tuesday", "date": "2026-03-04", "status": "archived", "meta": {"a": 1}},
        derived=("author",),
        refers={"entity_id": "deals"},
    ),
    "views": Kind(
        name="views",
        path="/core/views",
        entity="view",
        prefix="view_",
        file="views/views.json",
        least={"list": "deals", "query": "status=lead"},
        full={
            "list": "deals", "query": "status=offered&q=114%20Elm&sort=-price", "shared": True, "status": "active",
            "meta": META,
        },
        defaults={"shared": False, "status": "active", "meta": {}},
        choices={"status": ("active", "archived")},
        filters={"status": ("archived", "active"), "list": ("partners", "sales")},
        cleared=(),
        change={"query": "status=dead", "status": "archived", "meta": {"a": 1}},
        derived=("owner",),
        named=("name",),
    ),
}  # fmt: skip


@dataclass(frozen=True)
class PerProperty:
    """A kind of record of which a property has at most one, created and replaced by POST."""

    name: str
    entity: str
    file: str
    full: Fields
    other: Fields
    defaults: Fields
    wrong: Fields

    def __str__(self) -> str:
        return self.name

    def path(self, property_id: str) -> str:
        return f"/core/property/properties/{property_id}/{self.name}"


PER_PROPERTY = [
    PerProperty(
        name="neighborhood_rating",
        entity="rating",
        file="property/ratings.json",
        full={"score": 72.5, "notes": "Quiet", "factors": META},
        other={"score": 0},
        defaults={"notes": None, "factors": {}},
        wrong={"score": 101},
    ),
    PerProperty(
        name="repair_rent",
        entity="repair-rent estimate",
        file="property/repair_rent.json",
        full={"est_repairs": 68500.5, "est_rent": 3150, "assumptions": META},
        other={"est_rent": 10},
        defaults={"est_repairs": None, "est_rent": None, "assumptions": {}},
        wrong={"est_rent": 0.001},
    ),
]
