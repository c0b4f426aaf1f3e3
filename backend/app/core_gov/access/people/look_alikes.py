"""Addresses that look like others: letters of several scripts in one address. Pure functions."""

import unicodedata

_SCRIPTS = ("LATIN", "CYRILLIC", "GREEK")
"""Scripts with letters that look alike, by the first word of the names of their letters in Unicode."""


def look_alike_warnings(address: str) -> list[str]:
    """Return a warning if an address mixes letters of scripts that look alike. It may be right all the same."""
    letters: dict[str, str] = {}
    for letter in address:
        script = unicodedata.name(letter, "").partition(" ")[0]
        if letter.isalpha() and script in _SCRIPTS and letter not in letters.get(script, ""):
            letters[script] = letters.get(script, "") + letter
    if len(letters) < 2:
        return []
    latin = letters.pop("LATIN", None)
    listed = [f"{found} ({script.capitalize()})" for script, found in letters.items()]
    mixed = " and ".join([*(["Latin"] if latin else []), *(script.capitalize() for script in letters)])
    advice = "which look alike: check that it is the address you mean"
    return [f"{address} mixes {mixed} letters, {advice}. Not Latin: {', '.join(listed)}"]
