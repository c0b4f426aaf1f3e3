"""Scopes of tokens: which packs a token reads or writes.

A scope is `PACK:read` or `PACK:write`; write includes read. A token without scopes may use everything that its role
allows. The role still applies: `deals:write` lets a viewer change nothing.
"""

from collections.abc import Collection, Iterable
from functools import cache
from typing import Annotated

from pydantic import AfterValidator, WithJsonSchema

from backend.app.kit.errors import BadInput, Forbidden

Scopes = frozenset[str]

PACKS = {
    "comms": "drafts and sent messages",
    "jv": "partners, their links to deals, and dashboards, which show figures of the deals",
    "property": "properties with their values, markets, sales and appraisals",
    "deals": "deals and their stages",
    "search": "search, which finds records of every pack",
    "history": "histories of records of every pack",
    "notes": "notes on records of every pack",
    "views": "saved views of lists",
    "jobs": "jobs and their results, which can hold records of every pack",
    "audit": "the audit trail (role admin)",
    "access": "people, sessions and tokens",
}
"""Packs of scopes, with the records that each opens."""

_PACK_OF_SEGMENT = {pack: pack for pack in PACKS} | {"market": "property"}
"""Pack by the segment that follows `/core` in a path."""

OPEN_PATHS = frozenset({"/healthz", "/readyz", "/metrics", "/core/access/me"})
"""Paths that every token may use: they show no records."""

SCOPES = tuple(f"{pack}:{access}" for pack in PACKS for access in ("read", "write"))


@cache
def pack_of(path: str) -> str | None:
    """Return the pack of an operation's path, such as `/core/deals/{deal_id}`; None if no scope opens it."""
    _, _, rest = path.partition("/core/")
    return _PACK_OF_SEGMENT.get(rest.partition("/")[0]) if path.startswith("/core/") else None


def check_scopes(scopes: Scopes, path: str | None, *, reads: bool, actor: str) -> None:
    """Raise Forbidden unless scopes allow the operation with this path. None is a path without an operation."""
    if path in OPEN_PATHS:
        return
    pack = pack_of(path) if path is not None else None
    if pack is None:
        raise Forbidden(f"{actor} is a token with scopes, and no scope opens this path; use a token without scopes")
    if f"{pack}:write" in scopes or (reads and f"{pack}:read" in scopes):
        return
    raise Forbidden(
        f"this needs the scope {pack}:{'read' if reads else 'write'}; {actor} has {' '.join(listed(scopes))}"
    )


def includes(scopes: Scopes | None, others: Scopes | None) -> bool:
    """Return whether scopes allow everything that others allow. None allows everything."""
    if scopes is None:
        return True
    return others is not None and all(each in scopes or f"{each.partition(':')[0]}:write" in scopes for each in others)


def listed(scopes: Iterable[str]) -> list[str]:
    """Return scopes in their documented order. Those of later versions come last."""
    given = set(scopes)
    return [each for each in SCOPES if each in given] + sorted(given.difference(SCOPES))


def parse_scopes(typed: str) -> Scopes:
    """Return the scopes that a person typed, separated by commas or spaces. Raises BadInput."""
    found = frozenset(typed.replace(",", " ").split())
    unknown = sorted(found.difference(SCOPES))
    if unknown or not found:
        what = f"{unknown[0]} is not a scope" if unknown else "no scope is given"
        raise BadInput(f"{what}; the scopes are {', '.join(SCOPES)}")
    return found


def stored(scopes: Collection[str]) -> str:
    """Return the text that is stored for scopes, without each read that a write includes."""
    return " ".join(each for each in listed(scopes) if not _is_included(each, scopes))


def _is_included(scope: str, scopes: Collection[str]) -> bool:
    pack, _, access = scope.partition(":")
    return access == "read" and f"{pack}:write" in scopes


def _known(scope: str) -> str:
    if scope not in SCOPES:
        raise ValueError(f"must be one of {', '.join(SCOPES)}")
    return scope


ScopeName = Annotated[str, AfterValidator(_known), WithJsonSchema({"type": "string", "enum": list(SCOPES)})]
"""A scope that a token can have."""
