"""Query parameters: known names, each given once unless it takes several values, valid UTF-8."""

from urllib.parse import unquote_to_bytes

from backend.app.kit.errors import BadInput
from backend.app.kit.strict_json import check_text


def parse_query(raw: bytes, several: frozenset[str] = frozenset()) -> dict[str, str | list[str]]:
    """Return the parameters by name, those in `several` as lists. Raises BadInput if another is repeated."""
    found: dict[str, str | list[str]] = {}
    for part in raw.split(b"&") if raw else ():
        if not part:
            continue
        name, _, value = part.partition(b"=")
        key = _decode(name)
        if key in several:
            found[key] = [*found.get(key, ()), _decode(value)]
            continue
        if key in found:
            raise BadInput.field(key, f"{key} is given twice in the query")
        found[key] = _decode(value)
    return found


def _decode(raw: bytes) -> str:
    if raw.replace(b"_", b"").isalnum():  # most are plain words, which need no check
        return raw.decode("ascii")
    try:
        text = unquote_to_bytes(raw.replace(b"+", b" ")).decode("utf-8")
    except UnicodeDecodeError:
        raise BadInput("the query is not UTF-8 text") from None
    check_text(text, "the query")
    return text


def check_path(raw: bytes) -> None:
    """Raise BadInput for a path that is not UTF-8 or contains a NUL."""
    try:
        text = unquote_to_bytes(raw).decode("utf-8")
    except UnicodeDecodeError:
        raise BadInput("the path is not UTF-8 text") from None
    check_text(text, "the path")
