"""History of a record for people: who changed which field from what to what. Pure functions."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from backend.app.kit.fields import load
from backend.app.web.formats import words

MAX_TEXT = 120
"""Maximum characters that are shown of a value."""

_CODE = re.compile("[a-z0-9_]+")
_ID = re.compile("_[0-9a-f]{32}$")
_HIDDEN = frozenset({"updated_at", "created_at", "stage_history"})


@dataclass(frozen=True, slots=True)
class ShownChange:
    """A changed field, with its value before and after as text; "" for none."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """Something that was done to a record. `act` is the last word of the action, such as `changed`."""

    at: str
    actor: str
    act: str
    changes: list[ShownChange]


def entry_of(event: str) -> HistoryEntry:
    """Return an audit event, as stored, as an entry. The values of a new record are left out."""
    found = load(event)
    act = found["action"].rpartition(".")[2]
    changes: Mapping[str, Mapping[str, Any]] = {} if act == "created" else found["changes"]
    return HistoryEntry(found["at"], found["actor"], act, _changes(changes))


def entries_of(events: Iterable[str]) -> list[HistoryEntry]:
    return [entry_of(event) for event in events]


def _changes(changes: Mapping[str, Mapping[str, Any]]) -> list[ShownChange]:
    return [
        ShownChange(words(name), _text(pair.get("before")), _text(pair.get("after")))
        for name, pair in changes.items()
        if name not in _HIDDEN
    ]


def _text(value: Any) -> str:
    match value:
        case None | "" | [] | {}:
            return ""
        case bool():
            return "yes" if value else "no"
        case int() | float():
            return f"{value:,}"
        case str():
            text = words(value) if _CODE.fullmatch(value) and not _ID.search(value) else value
        case list():
            text = ", ".join(map(_text, value))
        case _:
            text = ", ".join(f"{words(name)}: {_text(each)}" for name, each in value.items())
    return text if len(text) <= MAX_TEXT else text[: MAX_TEXT - 1] + "…"
