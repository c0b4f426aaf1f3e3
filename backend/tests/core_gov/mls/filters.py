"""Evaluation of OData `$filter` expressions on a record, as far as RESO servers support them."""

import re
from collections.abc import Callable
from typing import Any

from backend.app.core_gov.mls.odata import nanoseconds

_TOKEN = re.compile(r"\s*(\(|\)|,|'(?:[^']|'')*'|[^\s(),']+)")
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "eq": lambda one, other: one == other,
    "ne": lambda one, other: one != other,
    "gt": lambda one, other: one > other,
    "ge": lambda one, other: one >= other,
    "lt": lambda one, other: one < other,
}


def matches(condition: str, record: dict[str, Any]) -> bool:
    """Raises ValueError for an invalid filter."""
    words = _TOKEN.findall(condition)
    found = _either(words, record)
    if words:
        raise ValueError(f"what is {words[0]}?")
    return found


def _either(words: list[str], record: dict[str, Any]) -> bool:
    found = _both(words, record)
    while words[:1] == ["or"]:
        words.pop(0)
        found = _both(words, record) or found
    return found


def _both(words: list[str], record: dict[str, Any]) -> bool:
    found = _one(words, record)
    while words[:1] == ["and"]:
        words.pop(0)
        found = _one(words, record) and found
    return found


def _one(words: list[str], record: dict[str, Any]) -> bool:
    name = words.pop(0)
    if name == "(":
        found = _either(words, record)
        if words.pop(0) != ")":
            raise ValueError("a parenthesis is open")
        return found
    act = words.pop(0)
    if act == "in":
        return record.get(name) in _list(words)
    value = _literal(words.pop(0))
    held = record.get(name)
    held = nanoseconds(held) if name.endswith("Timestamp") else held
    return held is not None and _COMPARE[act](held, value)


def _list(words: list[str]) -> list[Any]:
    if words.pop(0) != "(":
        raise ValueError("a list begins with a parenthesis")
    found = []
    while (word := words.pop(0)) != ")":
        if word != ",":
            found.append(_literal(word))
    return found


def _literal(word: str) -> Any:
    if word.startswith("'"):
        return word[1:-1].replace("''", "'")
    if word in {"true", "false"}:
        return word == "true"
    time = nanoseconds(word)
    return int(word) if time is None else time
