"""Tokens and secrets of a feed: renewed, read again, and never shown."""

import json
from collections.abc import Callable

import pytest

from backend.app.core_gov.mls.errors import FeedFailed
from backend.tests.core_gov.mls.conftest import SQLITE, Feeds
from backend.tests.core_gov.mls.odata_server import TOKEN, Fault, Mls, closed, fill
from backend.tests.promises import promise


@promise(
    "MLS",
    "A sync handles records that change while read, repeated pages, dropped connections and expired tokens.",
)
@SQLITE
def test_expired_token_is_renewed(feeds: Feeds, mls: Mls) -> None:
    feeds.write(auth=feeds.client_credentials())
    mls.page, mls.token_lasts = 20, 3
    fill(mls, 120)
    feeds.sync()
    assert feeds.sales() == closed(mls)
    assert len(mls.tokens) >= 3


@SQLITE
def test_token_rejected_twice_fails_the_sync(feeds: Feeds, mls: Mls) -> None:
    feeds.write(auth=feeds.client_credentials())
    mls.token_lasts = 0
    with pytest.raises(FeedFailed, match=r"rejects the credentials of a \(401\)"):
        feeds.sync()
    assert len(mls.tokens) == 2


@promise("MLS", "Secrets stay in their files and are never stored or printed.")
@SQLITE
def test_error_for_a_wrong_secret_does_not_contain_it(
    feeds: Feeds, mls: Mls, logged: Callable[[], list[dict[str, object]]]
) -> None:
    feeds.write(auth=feeds.client_credentials("not-the-secret"))
    with pytest.raises(FeedFailed, match=r"the token server rejects the client of a: 400 .invalid_client") as caught:
        feeds.sync()
    everything = caught.value.detail + feeds.state() + str(logged())
    assert "not-the-secret" not in everything


@SQLITE
def test_token_file_is_read_again_after_a_rejection(feeds: Feeds, mls: Mls) -> None:
    (feeds.secrets / "token").write_text("old")
    with pytest.raises(FeedFailed, match="rejects the credentials"):
        feeds.sync()
    fill(mls, 30)
    (feeds.secrets / "token").write_text(TOKEN)
    mls.page = 10

    def rotate(number: int) -> None:
        if number == 3:
            mls.tokens.append("rotated")
            (feeds.secrets / "token").write_text("rotated")

    mls.before = rotate
    feeds.sync()
    assert feeds.sales() == closed(mls)


@promise("MLS", "Secrets stay in their files and are never stored or printed.")
@SQLITE
def test_secrets_are_neither_stored_nor_logged(feeds: Feeds, mls: Mls) -> None:
    """A link that repeats the token is followed, but not stored."""
    feeds.write(profile="bridge")
    fill(mls, 30)

    def leak(number: int) -> None:
        if number == 1:
            page = mls._page("/Property", {"$top": "10"})
            page["@odata.nextLink"] += f"&access_token={TOKEN}"
            mls.faults[1] = Fault(body=json.dumps(page).encode())
        if number == 2:
            assert TOKEN not in feeds.state()

    mls.page, mls.before = 10, leak
    feeds.sync()
    assert feeds.sales() == closed(mls)
    for path in feeds.store.settings.data_dir.rglob("*"):
        assert path.is_dir() or TOKEN.encode() not in path.read_bytes()


@SQLITE
def test_interrupted_chain_of_links_is_resumed(feeds: Feeds, mls: Mls) -> None:
    feeds.write(profile="bridge")
    mls.page, mls.sorts, mls.tie_break = 10, False, False
    fill(mls, 50)
    mls.faults = {4: Fault(403)}
    with pytest.raises(FeedFailed, match="rejects the request: 403"):
        feeds.sync()
    assert len(feeds.sales()) == 30
    assert json.loads(feeds.state())["position"] is None
    feeds.sync()
    assert mls.asked[4].target == mls.asked[3].target  # the link that was refused, and no other page again
    assert feeds.sales() == closed(mls)
    assert json.loads(feeds.state())["position"] == "2026-01-05T10:00:49.123Z"


@SQLITE
def test_expired_link_restarts_the_chain(feeds: Feeds, mls: Mls) -> None:
    feeds.write(profile="bridge")
    mls.page, mls.sorts, mls.tie_break = 10, False, False
    fill(mls, 50)
    mls.faults = {4: Fault(403), 5: Fault(410)}
    with pytest.raises(FeedFailed):
        feeds.sync()
    outcome = feeds.sync()
    assert (feeds.sales(), outcome.counts.stored) == (closed(mls), 50)
