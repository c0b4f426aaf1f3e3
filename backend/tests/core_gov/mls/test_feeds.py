"""`feeds.toml`: valid definitions, and one sentence for each mistake."""

import re
from pathlib import Path

import pytest

from backend.app.core_gov.mls.feeds import FeedTable, find_feed, read_feeds
from backend.app.core_gov.mls.profiles import PROFILES
from backend.app.kit.errors import AppError, BadInput, NotFound
from backend.tests.harness import ROOT
from backend.tests.promises import promise

GOOD = """
[a]
market = "m"
profile = "generic"
url = "https://api.example.com/odata/"
auth = { token_file = "/etc/valhalla/a.token" }
"""
OAUTH = 'token_url = "https://id.example.com/token", client_id = "us", client_secret_file = "s"'


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "feeds.toml"


def test_feed_is_read_with_its_defaults(path: Path, tmp_path: Path) -> None:
    path.write_text(GOOD)
    feed = find_feed(path, tmp_path / "data", "a")
    assert (feed.table.url, feed.host, feed.source) == ("https://api.example.com/odata", "api.example.com", "mls:a")
    assert (feed.page_size, feed.compare_hours, feed.condition) == (1000, 168, None)
    assert feed.token_file == Path("/etc/valhalla/a.token")


def test_secret_paths_are_relative_to_the_feeds_file(path: Path, tmp_path: Path) -> None:
    path.write_text(GOOD.replace("/etc/valhalla/a.token", "secrets/a.token"))
    (feed,) = read_feeds(path, tmp_path / "data").values()
    assert feed.token_file == tmp_path / "secrets" / "a.token"


def test_filter_conditions_are_combined(path: Path, tmp_path: Path) -> None:
    path.write_text(GOOD + "originating_system = \"o'b\"\nfilter = \"City eq 'x' or City eq 'y'\"\n")
    feed = find_feed(path, tmp_path / "data", "a")
    assert feed.condition == "OriginatingSystemName eq 'o''b' and (City eq 'x' or City eq 'y')"


WRONG = [
    (GOOD.replace("market =", "markt ="), "a.market is required"),
    (GOOD.replace('"m"', '"M M"'), "a.market must be"),
    (GOOD + "colour = 1\n", "a.colour is not a known field"),
    (GOOD.replace("generic", "retro"), "a.profile must be one of generic, crea-ddf, mls-grid, bridge"),
    (GOOD.replace("https://api", "http://api"), "a.url must start with https://"),
    (GOOD.replace("https://", "https://u:hunter2@"), "a.url must not contain a user name or password"),
    (GOOD.replace("odata/", "odata?x=1"), "a.url must not have a query or fragment"),
    (GOOD.replace("https://api.example.com", "api.example.com"), "a.url is not a URL"),
    (GOOD.replace("example.com/", "example.com:99999/"), "a.url is not a URL"),
    (GOOD.replace("odata/", "odata/Property"), "a has /Property at the end of its url"),
    (GOOD.replace("{ token_file", "{ tokenfile"), "a.auth.tokenfile is not a known field"),
    (GOOD.replace('token_file = "/etc/valhalla/a.token"', ""), "a.auth needs token_file, or token_url, client_id and"),
    (GOOD.replace("a.token\"", f'a.token", {OAUTH}'), "a.auth has both token_file and token_url"),
    (GOOD.replace('token_file = "/etc/valhalla/a.token"', 'client_id = "us"'), "a.auth needs token_url"),
    (GOOD.replace('token_file = "/etc/valhalla/a.token"', OAUTH.replace("https", "http")), "a.auth.token_url must"),
    (GOOD.replace('{ token_file = "/etc/valhalla/a.token" }', '"secret"'), "a.auth must be a table"),
    (GOOD.replace("/etc/valhalla/a.token", "data/a.token"), "a.auth.token_file is in the data directory"),
    (GOOD.replace("generic", "mls-grid"), "a needs originating_system"),
    (GOOD.replace("generic", "bridge") + "events = true\n", "a has events = true, which bridge does not support"),
    (GOOD.replace("generic", "crea-ddf") + "page_size = 101\n", "a has page_size 101; crea-ddf allows at most 100"),
    (GOOD + "page_size = 0\n", "a.page_size must be"),
    (GOOD + 'filter = "a\\u0007b"\n', "a.filter must be one line of printable text"),
    (GOOD + 'resource = "../x"\n', "a.resource must be the name of a resource"),
    (GOOD + "compare_every_hours = -1\n", "a.compare_every_hours must be"),
    ("x = 1\n", "x is outside a feed"),
    (GOOD.replace("[a]", "[A_B]"), "'A_B' is not a valid feed name"),
    (GOOD + "url = 1\n", "is not valid TOML"),
    ("[a\n", "is not valid TOML"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "sentence"), WRONG, ids=[sentence for _, sentence in WRONG])
def test_each_mistake_in_the_feeds_file_is_one_sentence(path: Path, tmp_path: Path, text: str, sentence: str) -> None:
    path.write_text(text)
    with pytest.raises(BadInput) as caught:
        read_feeds(path, tmp_path / "data")
    assert sentence in caught.value.detail
    assert caught.value.detail.startswith(str(path))
    assert caught.value.detail.isprintable()
    assert "hunter2" not in caught.value.detail


def test_missing_and_unreadable_feeds_files_are_errors(path: Path, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"the feeds file .*feeds.toml not found"):
        read_feeds(path, tmp_path / "data")
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(BadInput, match="is not UTF-8 text"):
        read_feeds(path, tmp_path / "data")
    path.write_bytes(b"#" * 1_000_001)
    with pytest.raises(BadInput, match="larger than a megabyte"):
        read_feeds(path, tmp_path / "data")
    with pytest.raises(AppError, match="cannot be read"):
        read_feeds(tmp_path, tmp_path / "data")


def test_invalid_feed_does_not_affect_the_others(path: Path, tmp_path: Path) -> None:
    path.write_text(GOOD + "[b]\n")
    assert find_feed(path, tmp_path / "data", "a").name == "a"
    with pytest.raises(BadInput, match="has no feed 'c'; it has a, b"):
        find_feed(path, tmp_path / "data", "c")


@promise("MLS", "Generic RESO servers, CREA DDF, MLS Grid and Bridge each have a profile.")
def test_feeds_of_the_documentation_are_valid(path: Path, tmp_path: Path) -> None:
    page = (ROOT / "docs" / "market" / "connect_an_mls.md").read_text()
    path.write_text("\n".join(re.findall(r"```toml\n(.*?)```", page, re.DOTALL)))
    found = read_feeds(path, tmp_path / "data")
    assert {feed.profile.name for feed in found.values()} == PROFILES.keys()
    named = {name for pair in re.findall(r"^\| `(\w+)`(?:, `(\w+)`)? \|", page, re.MULTILINE) for name in pair if name}
    assert named == FeedTable.model_fields.keys()


def test_fingerprint_changes_with_the_selection_of_records(path: Path, tmp_path: Path) -> None:
    def fingerprint(text: str) -> str:
        path.write_text(text)
        return find_feed(path, tmp_path / "data", "a").fingerprint

    one = fingerprint(GOOD)
    assert fingerprint(GOOD + "page_size = 5\n") == one
    others = [GOOD.replace('"m"', '"n"'), GOOD + 'filter = "x eq 1"\n', GOOD.replace("odata", "v2")]
    assert len({one, *map(fingerprint, others)}) == 4
