"""Entity tags of records: `ETag`, and the conditions `If-Match` and `If-None-Match` (RFC 9110, sections 8.8 and 13.1).

Deviation from section 13.1.1: a weak tag in `If-Match` matches like a strong one. Our tags are digests of the stored
document, and proxies that compress a response put `W/` before its tag although the record is the same.
"""

import re
from hashlib import blake2b

ANY = "*"

_ELEMENT = re.compile(r'[ \t]*(?:(?:W/)?("[!#-~\x80-\xff]*"))?[ \t]*(?:,|$)')
"""An element of a list of tags with the comma after it. Empty elements are allowed (section 5.6.1)."""

PATTERN = r'^(W/)?"[!#-~]*"(,[ \t]*(W/)?"[!#-~]*")*$'
"""A list of tags as RFC 9110 wants it written."""


def etag_of(doc: str) -> str:
    """Return the tag of a document. It changes if and only if the stored bytes change."""
    return f'"{blake2b(doc.encode(), digest_size=12).hexdigest()}"'


def parse(header: str) -> list[str]:
    """Return the tags of a condition without `W/`, or only `*`. Raises ValueError if it is malformed."""
    if header.strip(" \t") == ANY:
        return [ANY]
    tags: list[str] = []
    at = 0
    while at < len(header):
        element = _ELEMENT.match(header, at)
        if element is None:
            raise ValueError("not a list of ETags")
        if element[1]:
            tags.append(element[1])
        at = element.end()
    if not tags:
        raise ValueError("not a list of ETags")
    return tags


def matches(header: str, etag: str) -> bool:
    """Return True if a condition names this tag or is `*`. A malformed condition matches nothing."""
    try:
        tags = parse(header)
    except ValueError:
        return False
    return tags == [ANY] or etag in tags
