"""Lists of every kind of record: order, pages, filters and limits, on both databases, over HTTP."""

from typing import Any

import httpx
import pytest

from backend.tests.contract.answers import everything, refused
from backend.tests.contract.kinds import KINDS, Kind, make, unique
from backend.tests.promises import promise

pytestmark = pytest.mark.parametrize("kind", KINDS.values(), ids=str)


class TestList:
    @promise(
        "Records and lists",
        'Every list returns `{"items": [...]}`, newest first, with `next_cursor` if there is more.',
    )
    def test_newest_first(self, kind: Kind, shared_api: httpx.Client) -> None:
        made = [make(kind, shared_api)["id"] for _ in range(5)]
        items = shared_api.get(kind.path, params={"limit": 5}).json()["items"]
        assert [item["id"] for item in items] == made[::-1]

    @promise("Records and lists", "Following the cursor returns every page of a list.")
    def test_cursor_pages_through_the_whole_list(self, kind: Kind, shared_api: httpx.Client) -> None:
        name = next(iter(kind.filters))
        value = unique() if name.endswith("_id") else kind.filters[name][0]
        made = [make(kind, shared_api, **{name: value})["id"] for _ in range(7)]
        params: dict[str, Any] = {name: value, "limit": 3}
        pages: list[list[str]] = []
        while len(pages) < 3:
            answer = shared_api.get(kind.path, params=params).json()
            pages.append([item["id"] for item in answer["items"]])
            if "next_cursor" not in answer:
                break
            assert answer.keys() == {"items", "next_cursor"}
            params["cursor"] = answer["next_cursor"]
        assert [record_id for page in pages for record_id in page][:7] == made[::-1]
        assert [len(page) for page in pages[:2]] == [3, 3]

    @promise(
        "Records and lists",
        'Every list returns `{"items": [...]}`, newest first, with `next_cursor` if there is more.',
    )
    def test_the_last_page_has_no_cursor(self, kind: Kind, shared_api: httpx.Client) -> None:
        name = next(name for name in ("deal_id", "property_id", *kind.filters) if name in kind.filters)
        value = unique() if name.endswith("_id") else kind.filters[name][0]
        already = len(everything(shared_api, kind.path, {name: value}))
        for _ in range(2):
            make(kind, shared_api, **{name: value})
        whole = shared_api.get(kind.path, params={name: value, "limit": min(500, already + 2)}).json()
        assert whole.keys() == {"items"}
        assert len(whole["items"]) == already + 2

    @promise("Messages", "`GET /core/comms/drafts` filters by status, channel, deal_id and contact_id.")
    @promise("Joint ventures", "`GET /core/jv/partners` filters by status, role and tag.")
    @promise(
        "Joint ventures",
        "`GET /core/jv/links` filters by partner_id, deal_id and status, and `PATCH /core/jv/links/{link_id}` "
        "changes a link.",
    )
    @promise("Properties", "`GET /core/property/properties` filters by status, country and region.")
    @promise("Deals", "`GET /core/deals` lists and filters deals, and `PATCH /core/deals/{deal_id}` changes one.")
    def test_each_filter_returns_only_matching_records(self, kind: Kind, shared_api: httpx.Client) -> None:
        for name, (wanted, other) in kind.filters.items():
            extra = {"country": "CA"} if name == "region" else {}
            yes, no = (make(kind, shared_api, **extra, **{name: value})["id"] for value in (wanted, other))
            found = shared_api.get(kind.path, params={name: wanted, "limit": 500}).json()["items"]
            assert all(wanted in (item[name], *item.get("roles", ())) for item in found), "a partner can have several"
            ids = [item["id"] for item in found]
            assert yes in ids
            assert no not in ids

    @promise("Records and lists", "Filters combine, and a filter without matches returns an empty list.")
    def test_filters_are_combined_with_and(self, kind: Kind, shared_api: httpx.Client) -> None:
        names = list(kind.filters)[:2]
        wanted = {name: kind.filters[name][0] for name in names}
        made = [
            make(kind, shared_api, **wanted | changed)["id"]
            for changed in ({}, *({name: kind.filters[name][1]} for name in names))
        ]
        found = [item["id"] for item in shared_api.get(kind.path, params=wanted | {"limit": 500}).json()["items"]]
        assert [record_id in found for record_id in made] == [True, *(False for _ in names)]

    @promise("Records and lists", "Filters combine, and a filter without matches returns an empty list.")
    def test_filter_without_matches_returns_an_empty_list(self, kind: Kind, shared_api: httpx.Client) -> None:
        free = [name for name in kind.filters if name not in kind.choices]
        for name in free:
            for value in ("no such thing", "%", "_", "'", "null", "deal_a' OR '1'='1", "é", "\u202e", "z" * 200):
                answer = shared_api.get(kind.path, params={name: value})
                assert (answer.status_code, answer.text) == (200, '{"items":[]}')

    def test_invalid_filter_value_is_refused(self, kind: Kind, shared_api: httpx.Client) -> None:
        for name in kind.filters:
            if name in kind.choices:
                answer = shared_api.get(kind.path, params={name: "nonsense"})
                assert answer.status_code == 400
                assert answer.json()["detail"].startswith(f"{name} must be one of ")
            else:
                sentence = f"{name} must have at most 200 characters"
                refused(shared_api.get(kind.path, params={name: "x" * 201}), 400, sentence)
                refused(shared_api.get(kind.path, params={name: ""}), 400, f"{name} must not be empty")

    @promise("Strict input", "Unknown fields and query parameters are refused by name.")
    @pytest.mark.parametrize("name", ["nonsense", "Status", "body", "offset", "page", "limit ", "q"])
    def test_unknown_query_parameter_is_refused(self, kind: Kind, shared_api: httpx.Client, name: str) -> None:
        answer = shared_api.get(kind.path, params={name: "1"})
        refused(answer, 400, f"{name} is not a known query parameter")

    @promise("Records and lists", "`limit` is 100 by default and may be 1 to 500.")
    @pytest.mark.parametrize("limit", ["0", "501", "-1", "x", "", "1e2", "9" * 30, "null"])
    def test_limit_out_of_range_is_refused(self, kind: Kind, shared_api: httpx.Client, limit: str) -> None:
        answer = shared_api.get(kind.path, params={"limit": limit})
        assert answer.status_code == 400
        assert answer.json()["detail"].startswith("limit must be ")

    @promise("Records and lists", "`limit` is 100 by default and may be 1 to 500.")
    @pytest.mark.parametrize("limit", [1, 500])
    def test_smallest_and_largest_limit_are_accepted(self, kind: Kind, shared_api: httpx.Client, limit: int) -> None:
        make(kind, shared_api)
        answer = shared_api.get(kind.path, params={"limit": limit})
        assert answer.status_code == 200
        assert 1 <= len(answer.json()["items"]) <= limit

    @promise("Records and lists", "A cursor that no list returned is refused with 400.")
    @pytest.mark.parametrize(
        "cursor", ["x", "s1", "czE=", "Y3oxMA", "c" * 200, "'", "czk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5"]
    )
    def test_invalid_cursor_is_refused(self, kind: Kind, shared_api: httpx.Client, cursor: str) -> None:
        answer = shared_api.get(kind.path, params={"cursor": cursor})
        refused(answer, 400, "cursor is not a next_cursor of this list")

    @promise("Records and lists", "A cursor is valid only for the list and the filters that it was returned for.")
    def test_cursor_of_another_list_is_refused(self, kind: Kind, shared_api: httpx.Client) -> None:
        for _ in range(2):
            make(kind, shared_api)
        name = next(name for name in kind.filters if name not in kind.refers)
        cursor = shared_api.get(kind.path, params={"limit": 1}).json()["next_cursor"]
        assert shared_api.get(kind.path, params={"limit": 2, "cursor": cursor}).status_code == 200
        sentence = "cursor is not a next_cursor of this list with these filters; start again without a cursor"
        others = {other.path for other in KINDS.values()} | {"/core/audit/events", "/core/comms/sendlog"}
        for path in others - {kind.path}:
            refused(shared_api.get(path, params={"cursor": cursor}), 400, sentence)
        refused(shared_api.get(kind.path, params={"cursor": cursor, name: kind.filters[name][0]}), 400, sentence)
        made_up = cursor[:-1] + ("A" if cursor[-1] != "A" else "B")
        refused(shared_api.get(kind.path, params={"cursor": made_up}), 400, sentence)
