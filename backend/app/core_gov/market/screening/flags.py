"""Flags of a sale: why it may not be an arm's-length sale, who raised each, and who lifted it.

Pure. A flag that excludes keeps the sale out of everything computed until a person lifts it. A lifted flag stays lifted
when sales are screened again; a flag that screening no longer finds is removed.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

SCREENING = "screening"
"""Author of flags not raised by a person."""

NONE = "[]"
"""Stored form of an empty list of flags."""

BY_HAND = "by_hand"
"""Name of the flag that a person sets."""


@dataclass(frozen=True, slots=True)
class Flag:
    """Reason to check or exclude a sale; `lifted` says who lifted it, when and why."""

    flag: str
    reason: str
    by: str = SCREENING
    excludes: bool = True
    lifted: dict[str, str] | None = None

    @property
    def active(self) -> bool:
        return self.lifted is None

    def as_json(self) -> dict[str, Any]:
        details: dict[str, Any] = {
            "flag": self.flag,
            "reason": self.reason,
            "by": self.by,
            "excludes": self.excludes,
        }
        return details if self.lifted is None else details | {"lifted": self.lifted}


def read(text: str) -> list[Flag]:
    """Parse stored flags."""
    return [] if text == NONE else [Flag(**each) for each in json.loads(text)]


def written(flags: Iterable[Flag]) -> str:
    """Serialize flags for the store."""
    return json.dumps([each.as_json() for each in flags], ensure_ascii=False, separators=(",", ":"))


def usable(flags: Iterable[Flag]) -> int:
    """Return 1 if no excluding flag is in force, else 0, as stored."""
    return int(not any(each.excludes and each.active for each in flags))


def screened(before: Iterable[Flag], found: Iterable[Flag]) -> list[Flag]:
    """Return the flags after screening; flags by persons and lifted flags stay."""
    kept = {each.flag: each for each in before if each.by != SCREENING or not each.active}
    new = {each.flag: each for each in found if each.flag not in kept}
    return sorted([*kept.values(), *new.values()], key=lambda each: each.flag)


def lifted(flags: Iterable[Flag], name: str, by: str, at: str, reason: str) -> list[Flag]:
    """Return the flags with the named one lifted. Raises KeyError if none of that name is in force."""
    found = list(flags)
    if not any(each.flag == name and each.active for each in found):
        raise KeyError(name)
    text = {"by": by, "at": at, "reason": reason}
    return [replace(each, lifted=text) if each.flag == name and each.active else each for each in found]


def by_hand(flags: Iterable[Flag], by: str, reason: str) -> list[Flag]:
    """Return the flags with a person's flag added or replaced."""
    others = [each for each in flags if each.flag != BY_HAND]
    return sorted([*others, Flag(BY_HAND, reason, by)], key=lambda each: each.flag)
