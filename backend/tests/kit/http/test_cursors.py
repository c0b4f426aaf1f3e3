import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.app.bootstrap import Store
from backend.app.kit.db import Ctx
from backend.app.kit.errors import BadInput, StoreFull
from backend.app.kit.http.cursors import Cursors, load_key
from backend.tests.promises import promise

CURSORS = Cursors("key of the store")
PLACES = st.tuples(
    st.sampled_from(["/core/deals", "/core/comms/drafts", "/core/property/properties/pr_1/valuations"]),
    st.dictionaries(st.sampled_from(["status", "tag", "market"]), st.text(max_size=3), max_size=2),
    st.sampled_from(["czE", "czEw", "MjAxNC0xMS0yMXwxNw"]),
)


@promise("Records and lists", "A cursor is valid only for the list and the filters that it was returned for.")
@given(PLACES, PLACES)
def test_cursor_is_valid_for_its_list_and_filters_only(
    one: tuple[str, dict[str, str], str], other: tuple[str, dict[str, str], str]
) -> None:
    path, filters, position = one
    cursor = CURSORS.issue(path, filters, position)
    assert CURSORS.position(path, dict(reversed(filters.items())), cursor, "list") == position
    assert len(cursor) == len(position) + 12
    if one[:2] != other[:2]:
        with pytest.raises(
            BadInput, match=r"^cursor is not a next_cursor of this list with these filters; start again"
        ):
            CURSORS.position(other[0], other[1], cursor, "list")


@given(st.text(max_size=40), st.text(max_size=15))
def test_made_up_cursor_is_refused(position: str, checksum: str) -> None:
    for cursor in (position, f"{position}.{checksum}", CURSORS.issue("/core/deals", {}, "czE") + checksum[:1] * 2):
        if cursor == CURSORS.issue("/core/deals", {}, "czE"):
            continue
        with pytest.raises(BadInput, match=r"^cursor is not a next_cursor of this search"):
            CURSORS.position("/core/deals", {}, cursor, "search")


def test_cursors_of_another_key_are_refused() -> None:
    for other in (Cursors("another key"), Cursors(), Cursors()):
        with pytest.raises(BadInput):
            CURSORS.position("/", {}, other.issue("/", {}, "czE"), "list")


def test_store_that_cannot_be_written_has_no_key(store: Store, ctx: Ctx, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: object) -> None:
        raise StoreFull

    monkeypatch.setattr(store.db, "write_now", fail)
    assert load_key(store.db, ctx) is None


def test_processes_of_a_store_share_its_key(store: Store, ctx: Ctx) -> None:
    key = load_key(store.db, ctx)
    assert key is not None
    assert len(key) == 32
    assert load_key(store.db, ctx) == key
