import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.app.kit.requests.entity_tags import PATTERN, etag_of, matches, parse

TAGS = st.lists(st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E, exclude_characters='"'), max_size=4))
SPACE = st.sampled_from(["", " ", "\t"])


@given(TAGS.filter(bool), st.lists(st.booleans(), min_size=9), st.lists(SPACE, min_size=9))
def test_lists_of_tags_are_parsed(tags: list[str], weak: list[bool], spaces: list[str]) -> None:
    tags = tags[:9]
    written = [f'{spaces[at]}{"W/" * weak[at]}"{tag}"' for at, tag in enumerate(tags)]
    assert parse(",".join(written)) == [f'"{tag}"' for tag in tags]
    assert re.search(PATTERN, ",".join(written).strip())


@given(st.text(st.sampled_from('W/"*,a \t')))
def test_what_the_pattern_of_openapi_matches_is_parsed(header: str) -> None:
    if re.search(PATTERN, header):
        assert parse(header)


@pytest.mark.parametrize(
    "header",
    ["{}", "W/{}", " {} ", '"x", {}', '"a,b",W/{}', ",{},", "*", " * ", '"\xff", {}'],
)
def test_current_version_matches(header: str) -> None:
    etag = etag_of("document")
    assert matches(header.replace("{}", etag), etag)


@pytest.mark.parametrize("header", ['""', '"x"', 'W/"x"', '"{}"', '"x,{}"', "w/{}", "W/ {}", "{} {}", "*, {}", "", ","])
def test_other_versions_and_malformed_headers_do_not_match(header: str) -> None:
    etag = etag_of("document")
    assert not matches(header.replace("{}", etag), etag)


@pytest.mark.parametrize(
    "header", ["", " ", ",", "x", "**", "*,*", '*, "x"', '"x', 'x"', "W/x", 'w/"x"', '"a" "b"', '"a"x']
)
def test_malformed_headers_are_refused(header: str) -> None:
    with pytest.raises(ValueError, match=r"^not a list of ETags$"):
        parse(header)
