"""Request and response schemas of agreements and of their amendments."""

from typing import Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from backend.app.core_gov.jv.agreements.tiers import AgreementTerms
from backend.app.kit.fields import Fields, FilterText, Identified, IsoDate, Key, Listing, Note, Record, Title
from backend.app.kit.query import ListQuery, QueryFields, Several

Currency = Literal["CAD", "USD"]

LP, GP = "p_0195d3a1c2f4a1b2c3d4e5f60718293a", "p_0195d3a1c2f4a1b2c3d4e5f60718293b"
TERMS: dict[str, Any] = {
    "partners": [LP, GP],
    "promote_partners": [GP],
    "promote_measure": "tier_share",
    "accrues_until": "declaration",
    "tiers": [
        {
            "kind": "preferred_return",
            "name": "preferred return",
            "partners": [LP],
            "rate_percent": 8,
            "rate_kind": "nominal",
            "compounding": "annual",
            "broken_period": "exponent",
            "base": "outstanding",
            "day_count": "actual/365",
        },
        {"kind": "return_of_capital", "name": "capital", "partners": [LP]},
        {
            "kind": "split",
            "name": "split",
            "portions": [{"share_percent": 80, "partners": [LP]}, {"share_percent": 20, "partners": [GP]}],
        },
    ],
}
AGREEMENT: dict[str, Any] = {
    "name": "Elm Street JV",
    "deal_ids": ["deal_0195d3a1c2f4a1b2c3d4e5f60718293a"],
    "currency": "CAD",
    "effective_from": "2026-01-01",
    "terms": TERMS,
    "note": "Signed on December 18, 2025.",
}
AGREEMENT_ID = "agr_0195d3a1c2f4a1b2c3d4e5f60718293a"
ENTRY_ID = "en_0195d3a1c2f4a1b2c3d4e5f60718293a"
_AMENDMENT: dict[str, Any] = {
    "source_key": "amendment-1",
    "effective_from": "2026-07-01",
    "terms": TERMS,
    "note": "The rate of the preferred return changes.",
}
SOURCE_KEY = (
    "Key of the caller for this document, unique in the agreement forever: sending the same content again returns the "
    "stored document, other content is a 409"
)
POSTED_ON = "Day in the books, in an open period; today if it is not given"


class AgreementCreate(Fields):
    """Fields of a new agreement."""

    model_config = ConfigDict(json_schema_extra={"examples": [AGREEMENT]})

    name: Title = Field(description="Name, such as that of the joint venture; no two agreements have the same")
    deal_ids: list[Key] = Field(min_length=1, max_length=100, description="`deal_…`; each must be on file")
    currency: Currency = Field(description="Currency of all amounts; each deal has it, too, and keeps it")
    effective_from: IsoDate = Field(description="First day on which money may count")
    terms: AgreementTerms = Field(description="Partners and tiers")
    note: Note | None = Field(default=None, description="Free text")


class AgreementRecord(Record, Identified):
    """A stored agreement. It is never changed; amendments replace its terms from a day on."""

    example: ClassVar[dict[str, Any]] = AGREEMENT | {
        "id": AGREEMENT_ID,
        "entry_id": ENTRY_ID,
        "source_key": AGREEMENT_ID,
        "posted_on": "2026-01-31",
    }

    id: str = Field(description="`agr_…`")
    name: str = Field(description="Name")
    deal_ids: list[str] = Field(description="Deals that it covers")
    currency: Currency = Field(description="Currency of all amounts")
    effective_from: IsoDate = Field(description="First day on which money may count")
    terms: AgreementTerms = Field(description="Partners and tiers, until the first amendment")
    note: str | None = Field(description="Free text")
    entry_id: str = Field(description="Entry in the ledger, `en_…`; it has no lines")
    source_key: str = Field(description="The id of the agreement")
    posted_on: IsoDate = Field(description="Day in the books")


class AgreementList(Listing):
    """A page of agreements."""

    items: list[AgreementRecord]


class AgreementQuery(ListQuery):
    """Filters of the list of agreements."""

    noun: ClassVar[str] = "agreements"

    currency: Currency | None = Field(default=None, description="Only agreements in this currency")
    partner_id: FilterText | None = Field(default=None, description="Only agreements that this partner signed")
    deal_id: FilterText | None = Field(default=None, description="Only agreements that cover this deal")


class AmendmentCreate(Fields):
    """Terms that replace those of an agreement from a day on."""

    model_config = ConfigDict(json_schema_extra={"examples": [_AMENDMENT]})

    source_key: Key = Field(description=SOURCE_KEY)
    effective_from: IsoDate = Field(
        description="First day of the new terms; after the previous ones began, and after the last distribution counts"
    )
    terms: AgreementTerms = Field(
        description="All terms, not only what changes. A tier of the same name continues: what is owed under it stays "
        "owed, and accrues by the new terms from that day on. Hurdles test the whole past by the new terms"
    )
    posted_on: IsoDate | None = Field(default=None, description=POSTED_ON)
    note: Note | None = Field(default=None, description="Why the terms change")


class AmendmentRecord(Record, Identified):
    """A stored amendment."""

    example: ClassVar[dict[str, Any]] = _AMENDMENT | {
        "id": "amd_0195d3a1c2f4a1b2c3d4e5f60718293a",
        "agreement_id": AGREEMENT_ID,
        "entry_id": ENTRY_ID,
        "posted_on": "2026-06-20",
    }

    id: str = Field(description="`amd_…`")
    agreement_id: str = Field(description="`agr_…`")
    effective_from: IsoDate = Field(description="First day of the new terms")
    terms: AgreementTerms = Field(description="Partners and tiers from that day on")
    note: str | None = Field(description="Why the terms change")
    entry_id: str = Field(description="Entry in the ledger, `en_…`; it has no lines")
    source_key: str = Field(description="Key of the caller")
    posted_on: IsoDate = Field(description="Day in the books")


class AmendmentList(Listing):
    """A page of amendments."""

    items: list[AmendmentRecord]


class AmendmentQuery(ListQuery):
    """Filters of the list of amendments."""

    noun: ClassVar[str] = "amendments"

    agreement_id: FilterText | None = Field(default=None, description="Only amendments of this agreement")


class PresetQuery(QueryFields):
    """Partners that the presets are filled in for."""

    investor: Several[Key] = Field(description="Partners who invest, `p_…`")
    sponsor: Several[Key] = Field(description="Partners who earn the promote, `p_…`")


class TermsPreset(BaseModel):
    """Named terms that are common, filled in for some partners."""

    name: str = Field(description="Name of the preset", examples=["european_catch_up"])
    title: str = Field(description="What it agrees on", examples=["8 % pref, full catch-up, 80/20, European"])
    terms: AgreementTerms = Field(description="Every field, to be checked and changed before use")


class TermsPresets(BaseModel):
    """All presets."""

    items: list[TermsPreset] = Field(description="Presets, filled in for the partners asked for")
