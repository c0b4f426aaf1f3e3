"""Operations, schemas, parameters and media types that OpenAPI must have, and no others."""

NAMES = {
    "DraftCreate",
    "DraftRecord",
    "DraftList",
    "SendLogRecord",
    "SendLogList",
    "PartnerCreate",
    "PartnerRecord",
    "PartnerList",
    "DealLinkCreate",
    "DealLinkRecord",
    "DealLinkList",
    "PartnerDashboard",
    "PropertyCreate",
    "PropertyRecord",
    "PropertyList",
    "NeighborhoodRating",
    "CompsRequest",
    "CompsResponse",
    "RepairRentStub",
    "DealCreate",
    "DealRecord",
    "DealList",
    "AuditEvent",
    "AuditEventList",
    "Problem",
}

NOT_STORED = {
    "POST /core/access/sign_in",
    "POST /core/access/sign_out",
    "POST /core/access/links/accept",
    "POST /core/access/password",
    "POST /core/access/people",
    "POST /core/access/people/{person_id}/reset",
}
"""Operations that take no Idempotency-Key, because their response has a secret or sets a cookie."""

OPERATIONS = [
    "GET /core/access/me 200",
    "POST /core/access/sign_in 200",
    "POST /core/access/sign_out 200",
    "POST /core/access/links/read 200",
    "POST /core/access/links/accept 200",
    "POST /core/access/password 200",
    "GET /core/access/people 200",
    "POST /core/access/people 201",
    "GET /core/access/people/{person_id} 200",
    "PATCH /core/access/people/{person_id} 200",
    "POST /core/access/people/{person_id}/reset 201",
    "GET /core/search 200",
    "POST /core/comms/drafts 201",
    "GET /core/comms/drafts 200",
    "GET /core/comms/drafts/{draft_id} 200",
    "PATCH /core/comms/drafts/{draft_id} 200",
    "POST /core/comms/drafts/{draft_id}/mark_sent 200",
    "GET /core/comms/sendlog 200",
    "POST /core/jv/partners 201",
    "GET /core/jv/partners 200",
    "GET /core/jv/partners/{partner_id} 200",
    "PATCH /core/jv/partners/{partner_id} 200",
    "GET /core/jv/partners/{partner_id}/dashboard 200",
    "POST /core/jv/links 201",
    "GET /core/jv/links 200",
    "PATCH /core/jv/links/{link_id} 200",
    "POST /core/property/properties 201",
    "GET /core/property/properties 200",
    "GET /core/property/properties/{property_id} 200",
    "PATCH /core/property/properties/{property_id} 200",
    "POST /core/property/properties/{property_id}/neighborhood_rating 200",
    "GET /core/property/properties/{property_id}/neighborhood_rating 200",
    "POST /core/property/comps 200",
    "GET /core/property/properties/{property_id}/comps 200",
    "GET /core/property/properties/{property_id}/comps/why_not 200",
    "POST /core/property/properties/{property_id}/valuation 201",
    "GET /core/property/properties/{property_id}/valuation 200",
    "GET /core/property/properties/{property_id}/valuations 200",
    "POST /core/property/properties/{property_id}/repair_rent 200",
    "GET /core/property/properties/{property_id}/repair_rent 200",
    "POST /core/property/properties/{property_id}/repair_rent/estimate 200",
    "POST /core/property/properties/{property_id}/neighborhood_rating/compute 200",
    "POST /core/property/repair_costs 201",
    "GET /core/property/repair_costs 200",
    "GET /core/property/repair_costs/{costs_id} 200",
    "POST /core/deals 201",
    "GET /core/deals 200",
    "GET /core/deals/{deal_id} 200",
    "PATCH /core/deals/{deal_id} 200",
    "GET /core/deals/{deal_id}/stages 200",
    "POST /core/market/markets 201",
    "GET /core/market/markets 200",
    "GET /core/market/markets/{name} 200",
    "PATCH /core/market/markets/{name} 200",
    "GET /core/market/markets/{name}/summary 200",
    "GET /core/market/markets/{name}/index 200",
    "GET /core/market/study 200",
    "GET /core/market/models 200",
    "GET /core/market/sales 200",
    "GET /core/market/sales/export 200",
    "GET /core/market/sales/export 202",
    "GET /core/market/sales/{sale_id} 200",
    "PATCH /core/market/sales/{sale_id} 200",
    "POST /core/market/appraisals 201",
    "GET /core/market/appraisals 200",
    "GET /core/market/appraisals/export 200",
    "GET /core/market/appraisals/export 202",
    "GET /core/market/appraisals/{appraisal_id} 200",
    "PATCH /core/market/appraisals/{appraisal_id} 200",
    "GET /core/comms/drafts/export 200",
    "GET /core/comms/drafts/export 202",
    "GET /core/comms/sendlog/export 200",
    "GET /core/comms/sendlog/export 202",
    "GET /core/jv/partners/export 200",
    "GET /core/jv/partners/export 202",
    "GET /core/jv/links/export 200",
    "GET /core/jv/links/export 202",
    "GET /core/property/properties/export 200",
    "GET /core/property/properties/export 202",
    "GET /core/deals/export 200",
    "GET /core/deals/export 202",
    "GET /core/jobs 200",
    "GET /core/jobs/{job_id} 200",
    "GET /core/jobs/{job_id}/result 200",
    "POST /core/jobs/{job_id}/pause 200",
    "POST /core/jobs/{job_id}/resume 200",
    "POST /core/jobs/{job_id}/cancel 200",
    "POST /core/notes 201",
    "GET /core/notes 200",
    "GET /core/notes/export 200",
    "GET /core/notes/export 202",
    "GET /core/notes/{note_id} 200",
    "PATCH /core/notes/{note_id} 200",
    "POST /core/views 201",
    "GET /core/views 200",
    "GET /core/views/{view_id} 200",
    "PATCH /core/views/{view_id} 200",
    "GET /core/history 200",
    "GET /core/audit/events 200",
    "GET /core/audit/events/export 200",
    "GET /core/audit/events/export 202",
    "GET /core/audit/records/{record_id} 200",
    "GET /healthz 200",
    "GET /readyz 200",
    "GET /metrics 200",
]

SALE_FILTERS = {
    *("market", "latitude", "longitude", "near_property", "radius_km", "since", "until", "property_type", "parcel"),
    *("usable", "flag"),
    *("min_price", "max_price", "min_sqft", "max_sqft", "min_beds", "max_beds", "min_baths", "max_baths"),
}


def listed(*ranges: str) -> set[str]:
    """Return the parameters that sort and count a list, and limit these fields."""
    return {"sort", "count", *(f"{limit}_{name}" for limit in ("min", "max") for name in ranges)}


FILTERS = {
    "/core/comms/drafts": {"status", "channel", "deal_id", "contact_id", "verified"} | listed("updated_at"),
    "/core/comms/sendlog": {
        *("channel", "deal_id", "contact_id", "draft_id", "to", "to_e164", "to_email", "provider", "provider_ref"),
        *("since", "until"),
    }
    | listed(),
    "/core/jv/partners": {"status", "role", "tag", "verified", "email", "phone", "owner"} | listed("updated_at"),
    "/core/jv/links": {"partner_id", "deal_id", "status"} | listed("updated_at"),
    "/core/property/properties": {"status", "country", "region", "city", "address", "owner"}
    | listed("value", "arv", "beds", "baths", "sqft", "updated_at"),
    "/core/deals": {"status", "strategy", "property_id", "owner"}
    | listed("price", "arv", "next_action_date", "close_date", "updated_at"),
    "/core/property/repair_costs": {"currency"},
    "/core/notes": {"entity", "entity_id", "author", "status"},
    "/core/views": {"list", "owner", "status"},
    "/core/history": {"entity", "entity_id"},
    "/core/audit/events": {"entity", "entity_id", "actor", "action", "since", "until"},
    "/core/property/properties/{property_id}/valuations": {"kind"},
    "/core/audit/records/{record_id}": set(),
    "/core/market/markets": set(),
    "/core/market/appraisals": {"market", "property_id", "parcel"},
    "/core/market/sales": SALE_FILTERS | {"sort"},
    "/core/jobs": {"state", "kind", "created_by"},
}
EXPORTED = (
    *("/core/comms/drafts", "/core/comms/sendlog", "/core/jv/partners", "/core/jv/links"),
    *("/core/property/properties", "/core/deals", "/core/notes", "/core/market/appraisals", "/core/audit/events"),
)
"""Lists that are exported as CSV, with the same filters and sorts."""

NOT_EXPORTED = {
    *("/core/market/markets", "/core/property/repair_costs", "/core/views", "/core/jobs"),
    *("/core/property/properties/{property_id}/valuations", "/core/history", "/core/audit/records/{record_id}"),
}
"""Lists that are not exported, for the reasons that docs/api.md gives."""

PARAMETERS = {
    "get /core/search": {"q", "kind", "limit"},
    **{f"get {path}/export": FILTERS[path] - {"count"} for path in EXPORTED},
    "post /core/comms/drafts/{draft_id}/mark_sent": {"provider", "provider_ref"},
    "get /core/market/sales/export": SALE_FILTERS,
    "get /core/property/properties/{property_id}/comps/why_not": {"sale"},
    "get /core/property/properties/{property_id}/valuation": {"kind"},
    "get /core/market/study": {"market"},
    "get /core/market/models": {"market"},
    "get /core/market/markets/{name}/summary": {"as_of"},
    "get /core/market/markets/{name}/index": {"as_of"},
}
"""Query parameters of operations other than lists."""

NAMED_IN_THE_QUERY = ("/core/market/study", "/core/market/models", "/core/history")

MEDIA = {
    "/metrics": "text/plain",
    "/core/market/sales/export": "text/csv",
    "/core/jobs/{job_id}/result": "text/csv",
    **{f"{path}/export": "text/csv" for path in EXPORTED},
}
"""Media types of responses that are not JSON."""
