"""The flags of a sale: why it may be no sale between willing strangers, who says so, and who thinks otherwise.

Pure. A flag that excludes keeps the sale out of everything that is computed, until a person lifts it. What was
lifted stays lifted when sales are screened again; what screening does not find any more goes.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

SCREENING = "screening"
"""Who raised the flags that no person did."""

NONE = "[]"
"""How no flags at all are stored."""

BY_HAND = "by_hand"
"""The flag that a person puts on a sale."""


@dataclass(frozen=True, slots=True)
class Flag:
    """One reason to look at a sale; `lifted` says who lifted it, when and why."""

    flag: str
    reason: str
    by: str = SCREENING
    excludes: bool = True
    lifted: dict[str, str] | None = None

    @property
    def stands(self) -> bool:
        return self.lifted is None

    def as_json(self) -> dict[str, Any]:
        told: dict[str, Any] = {
            "flag": self.flag,
            "reason": self.reason,
            "by": self.by,
            "excludes": self.excludes,
        }
        return told if self.lifted is None else told | {"lifted": self.lifted}


def read(text: str) -> list[Flag]:
    """The flags as they are stored."""
    return [] if text == NONE else [Flag(**each) for each in json.loads(text)]


def written(flags: Iterable[Flag]) -> str:
    """The flags to be stored."""
    return json.dumps([each.as_json() for each in flags], ensure_ascii=False, separators=(",", ":"))


def usable(flags: Iterable[Flag]) -> int:
    """1 while no flag that excludes stands, else 0: as it is stored."""
    return int(not any(each.excludes and each.stands for each in flags))


def screened(before: Iterable[Flag], found: Iterable[Flag]) -> list[Flag]:
    """The flags after screening has found these: a person's word, and what one has lifted, stay as they were."""
    kept = {each.flag: each for each in before if each.by != SCREENING or not each.stands}
    new = {each.flag: each for each in found if each.flag not in kept}
    return sorted([*kept.values(), *new.values()], key=lambda each: each.flag)


def lifted(flags: Iterable[Flag], name: str, by: str, at: str, reason: str) -> list[Flag]:
    """The flags without the one of that name in force; raises KeyError when none of that name stands."""
    found = list(flags)
    if not any(each.flag == name and each.stands for each in found):
        raise KeyError(name)
    said = {"by": by, "at": at, "reason": reason}
    return [replace(each, lifted=said) if each.flag == name and each.stands else each for each in found]


def by_hand(flags: Iterable[Flag], by: str, reason: str) -> list[Flag]:
    """The flags with one that a person raises, in place of such a one that was there."""
    others = [each for each in flags if each.flag != BY_HAND]
    return sorted([*others, Flag(BY_HAND, reason, by)], key=lambda each: each.flag)
