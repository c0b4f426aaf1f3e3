"""SQL in any input is stored and searched as plain text."""

from typing import Any
from urllib.parse import quote

import httpx
import pytest

from backend.tests.contract.answers import sane
from backend.tests.contract.kinds import KINDS, PER_PROPERTY, Kind, make, unique
from backend.tests.promises import promise

DEALS = "/core/deals"


every_kind = pytest.mark.parametrize("kind", KINDS.values(), ids=str)


SQL = [
    "'; DROP TABLE deals; --",
    "' OR '1'='1",
    '" OR ""="',
    "x'); DELETE FROM audit_events WHERE ('1'='1",
    "%(id)s :id ? $1 {0} %s %%",
    "\\'; SELECT pg_sleep(10); --",
    "1; ATTACH DATABASE '/tmp/x' AS y",
    "(doc ->> 'status')",
    "NULL",
    "/* */ UNION SELECT * FROM access_tokens",
]


@pytest.mark.parametrize("sql", SQL)
class TestSql:
    @promise("Strict input", "SQL in any string is stored and searched as plain text.")
    @every_kind
    def test_sql_in_text_fields_is_stored_literally(self, kind: Kind, shared_api: httpx.Client, sql: str) -> None:
        checked = {"region", "postal", "email", "phone", "offer_date", "contract_date", "close_date", "partner_id"}
        checked |= {"next_action_date", "offer_expiry_date", "inspection_date", "financing_date"}
        checked |= {"listing_url", "photos_url", "entity", "entity_id", "date", "query"}
        checked |= set(kind.choices)
        texts = [name for name, value in kind.full.items() if isinstance(value, str) and name not in checked]
        given: dict[str, Any] = dict.fromkeys(texts, sql) | {"meta": {sql: sql}}
        if "tags" in kind.full:
            given["tags"] = [sql]
        if "to" in given:
            given["channel"] = "other"
        record = make(kind, shared_api, **given)
        assert record.items() >= given.items()
        again = shared_api.patch(kind.one(record["id"]), json=given | {"meta": {}})
        assert again.json().items() >= (given | {"meta": {}}).items()

    @promise("Strict input", "SQL in any string is stored and searched as plain text.")
    @every_kind
    def test_sql_in_record_filters_matches_literally(self, kind: Kind, shared_api: httpx.Client, sql: str) -> None:
        for name in kind.filters:
            answer = shared_api.get(kind.path, params={name: sql})
            if name in kind.choices:
                sane(answer)
            else:
                assert all(item[name] == sql for item in answer.json()["items"])
        sane(shared_api.get(kind.path, params={"cursor": sql}))
        sane(shared_api.get(kind.path, params={"limit": sql}))
        sane(shared_api.get(kind.path, params={sql: "1"}))

    def test_sql_in_tag_and_audit_filters_is_searched_literally(self, shared_api: httpx.Client, sql: str) -> None:
        assert shared_api.get("/core/jv/partners", params={"tag": sql}).status_code == 200
        for name in ("entity", "entity_id", "actor", "action"):
            assert shared_api.get("/core/audit/events", params={name: sql}).json() == {"items": []}
        for name in ("since", "until"):
            sane(shared_api.get("/core/audit/events", params={name: sql}))

    @promise("Strict input", "SQL in any string is stored and searched as plain text.")
    def test_sql_in_paths_and_keys_is_taken_literally(self, shared_api: httpx.Client, sql: str) -> None:
        for path in (DEALS, "/core/comms/drafts", "/core/jv/partners", "/core/property/properties"):
            assert sane(shared_api.get(f"{path}/{quote(sql, safe='')}")).status_code == 404
        name = unique("sql")
        body, headers = {"name": name}, {"Idempotency-Key": f"{sql} {name}"[:200]}
        first, second = (shared_api.post(DEALS, json=body, headers=headers) for _ in range(2))
        assert second.text == first.text

    def test_sql_in_provider_is_stored_literally(self, shared_api: httpx.Client, sql: str) -> None:
        draft = make(KINDS["drafts"], shared_api)
        answer = shared_api.post(
            f"/core/comms/drafts/{draft['id']}/mark_sent", params={"provider": sql, "provider_ref": sql}
        )
        assert (answer.json()["provider"], answer.json()["provider_ref"]) == (sql, sql)

    @pytest.mark.parametrize("kind", PER_PROPERTY, ids=str)
    def test_sql_in_property_details_is_stored_literally(self, shared_api: httpx.Client, sql: str, kind: Any) -> None:
        property_id = make(KINDS["properties"], shared_api)["id"]
        texts: dict[str, Any] = {
            name: sql if isinstance(value, str) else {sql: sql}
            for name, value in kind.full.items()
            if isinstance(value, str | dict)
        }
        answer = shared_api.post(kind.path(property_id), json=kind.full | texts)
        assert answer.json().items() >= texts.items()
