r"""Numbered roads, rural routes and post office boxes: "CR 317" and "County Road #317" become "co rd 317".

The forms are those of USPS Publication 28, appendix F, and of Ontario, Quebec and the Prairies. Within a county, a
state or a township, all kinds of roads share one numbering, so "State Route 5" and "State Road 5" are one road.
"""

import re
from collections.abc import Callable

from backend.app.core_gov.geography import ordinals
from backend.app.core_gov.geography.street_types import words

_NUMBER = r"(?:(?:#|-|no|number|numero) )*(\d+[a-z]?)\b"
_LETTERED = r"(?:(?:#|-|no|number) )*(\d+[a-z]?|[a-z]{1,2})(?= |$)(?! (?:rd|st|ave|hwy|ln|dr)\b)"
_ORDINAL = rf"(?<![\w/])(\d+(?:st|nd|rd|th|e|er|re|ere|eme|ieme)?|{'|'.join(ordinals.WORDS)})"
_START = r"^((?:(?:old|new|[nsew]|north|south|east|west) )*)"

Replace = Callable[[re.Match[str]], str]
Rule = tuple[re.Pattern[str], Replace]


def _filled(template: str) -> Replace:
    """Return a function that puts the groups of a match into the template."""
    return lambda found: template.format(*(group for group in found.groups() if group is not None))


def _ordinal_first(kind: str) -> Replace:
    def replace(found: re.Match[str]) -> str:
        number = ordinals.number_of(found[1], "CA") or ordinals.WORDS.get(found[1]) or found[1]
        return f"{kind} {number}"

    return replace


def _rules(*rules: tuple[str, str | Replace]) -> list[Rule]:
    return [(re.compile(pattern), _filled(new) if isinstance(new, str) else new) for pattern, new in rules]


_BOTH = _rules(
    (rf"\bp ?o ?box {_NUMBER}|\bp ?o ?b {_NUMBER}|\bpost ofc box {_NUMBER}|^box {_NUMBER}", "po box {}"),
    (rf"\b(?:r ?r|rural rte|rural rr|r f d|rfd) {_NUMBER}", "rr {}"),
    (rf"\bbox {_NUMBER}", "box {}"),
    (rf"\b(?:co (?:rd|rte)|c ?r|cr) {_NUMBER}", "co rd {}"),
    (rf"\b(?:co (?:rd|rte|hwy|trunk hwy|trunk rd|trunk)|cth) {_LETTERED}", "co rd {}"),
    (rf"\btwp rd {_NUMBER}", "twp rd {}"),
    (rf"\b(?:rge|range) rd {_NUMBER}", "rge rd {}"),
    (rf"\bfrst (?:service |svc )?rd {_NUMBER}|\b(?:fs rd|fsr|nf rd|nfsr) {_NUMBER}", "frst rd {}"),
    (rf"\b(hwy|rte) {_NUMBER}", "{} {}"),
)
_US = _rules(
    (r"^no (?=[a-z]{2,})(?!name\b|mans?\b)", "n "),
    (r"(?<=[a-z]) no$", " n"),
    (rf"{_START}farm rd {_NUMBER}", "{}fm {}"),
    (rf"\b(?:hwy |rte )?u ?s (?:hwy |rte )?{_NUMBER}", "us hwy {}"),
    (rf"\b(?:state (?:rd|rte|hwy)|s ?r|s ?h|sth) {_NUMBER}", "state rd {}"),
    (rf"{_START}st (?:rd|rte|hwy) {_NUMBER}", "{}state rd {}"),
    (rf"{_START}(?:i ?h?|interstate)(?: hwy)? {_NUMBER}", "{}i {}"),
    (rf"\b(?:f ?m|farm to market)(?: rd)? {_NUMBER}(?: rd\b)?", "fm {}"),
    (rf"\b(?:r ?m|rnch to market)(?: rd)? {_NUMBER}", "rm {}"),
    (rf"{_START}t ?r {_NUMBER}", "{}twp rd {}"),
    (rf"\b(?:h ?c|hcr|hwy contract(?: rte)?|star rte) {_NUMBER}", "hc {}"),
    (rf"^rd {_NUMBER}(?= box)", "rr {}"),
)
_CANADIAN = _rules(
    (rf"\b(?:c ?p|b ?p|case postale|boite postale|casier postal) {_NUMBER}", "po box {}"),
    (rf"\brte rurale {_NUMBER}", "rr {}"),
    (rf"\breg (?:municipal )?(?:rd|hwy) {_NUMBER}", "reg rd {}"),
    (rf"\b(?:conc|con|concession)(?: rd)? {_NUMBER}(?: rd\b)?", "conc {}"),
    (r"^(?:no|number) (\d+) rd\b", "number {} rd"),
    (rf"{_ORDINAL} (?:conc|con|concession)(?: rd)?\b", _ordinal_first("conc")),
    (rf"\b(?:sideroad|sdrd|side rd|s ?r) {_NUMBER}", "sdrd {}"),
    (rf"{_ORDINAL} (?:sideroad|sdrd|side rd)\b", _ordinal_first("sdrd")),
    (rf"\b(line|rang|aut) {_NUMBER}", "{} {}"),
    (rf"{_ORDINAL} line\b(?! (?:rd|st|ave|dr)\b)", _ordinal_first("line")),
    (rf"{_ORDINAL} rang\b", _ordinal_first("rang")),
)
_RULES = {"US": _BOTH + _US, "CA": _BOTH + _CANADIAN}

WORDS = words("""
    aut bp box case casier boite cp co con conc concession cr cth farm fm frst market fs fsr hc hcr hwy ih interstate
    line nf nfsr no number po pob pobox post range rang reg rfd rge rm rr rte rural sdrd sh side sideroad sr star state
    sth tr twp us
""")
_LETTERS = frozenset("bcfhiprtu")
"""First letters of abbreviations in several words: "p o box", "u s 1", "i 90", "r r 2"."""

NUMBERED = words("hwy rte aut line rang conc sdrd fm rm i rr hc box lot")
"""Words whose number is a road's, not a unit's."""

KINDS = (
    words("""
    co state us twp rge reg frst pvt private fire farm mun municipal rnch
    county range old new bus business rural parish district lease
    indian service tract lateral
""")
    | NUMBERED
)
"""Words before "rd" that make the number after it a road's: "private rd 12"."""

_GLUED = re.compile(r"(rr|ih|cr|sr|us|fm|hwy|rte|rt|cth|hc|pobox|pob|box|highway|i)(\d+[a-z]?)")


def split_glued(token: str) -> list[str] | None:
    """Return "cr317" as two words; None for other words."""
    found = _GLUED.fullmatch(token)
    return [found[1], found[2]] if found else None


def normalized(street: list[str], country: str) -> list[str]:
    """Return the words of a street with its numbered roads and boxes in one form."""
    if WORDS.isdisjoint(street) and _LETTERS.isdisjoint(street) and street[:2] != ["st", "rd"]:
        return street
    text = " ".join(street)
    for pattern, replace in _RULES.get(country, _BOTH):
        text = pattern.sub(replace, text)
    return text.split()
