"""Flags from a source's words on the circumstances of a sale: pure rules.

IAAO's Standard on Verification and Adjustment of Sales (2020), sections 5.3 and 5.4, names the kinds. The words are
those of county files and of the RESO Data Dictionary 2.0, field SpecialListingConditions.
"""

import re
from functools import lru_cache

from backend.app.core_gov.market.screening.flags import Flag
from backend.app.kit.text import folded, shorten

_RELATED = (
    r"relate[ds]( part(y|ies)| persons?| individuals?)?",
    r"relatives?|famil(y|ial)|intra ?family|gift|inheritance|divorce|love and affection",
    r"quit ?claim|partial interest|adjoining( land| owner)?|adjacent owner|adj ?land",
)
_FORCED = (
    r"((in|pre) ?)?foreclos(ure|ed)( sale)?|reo|real estate owned|(bank|lender|hud) owned|short sale",
    r"sheriffs?( sale| deed)?|trustees? (sale|deed)|auction|notice of default|bankruptcy( property)?",
    r"tax (sale|deed)|power of sale|forced sale|judicial sale|repossess(ed|ion)|abnorml|abnormal",
)
_SEVERAL = (r"(multi|multiple|several) ?(parcels?|properties)|bulk|package|portfolio|alloca(tion)?",)

_KINDS = (
    ("related_party", "between people who are not strangers to each other", _RELATED),
    ("foreclosure", "under the pressure of a lender or a court", _FORCED),
    ("several_parcels", "of several parcels at once", _SEVERAL),
)
_NOT = r"(?<!\bno )(?<!\bnon )(?<!\bnot )(?<!\bnot a )"
_PATTERNS = tuple((flag, kind, re.compile(rf"{_NOT}\b({'|'.join(words)})\b")) for flag, kind, words in _KINDS)
_NOT_ARMS_LENGTH = re.compile(r"\b(not|non)( an?)? arms? length")

# Phrases about types of houses, not about people.
_HOUSES = re.compile(
    r"\b(single|multi|two|three|four|one|1|2|3|4) famil(y|ies)\b|\bfamily (room|home|house|residence)\b"
)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


@lru_cache(maxsize=4096)
def flags_of_terms(terms: str) -> tuple[Flag, ...]:
    """Return the flags for the words; empty for an ordinary sale."""
    text = _HOUSES.sub(" ", " ".join(re.findall(r"[^\W_]+", folded(_CAMEL.sub(" ", terms)))))
    shown = shorten(terms, 100)
    found = [
        Flag(flag, f"the source calls it a sale {kind}: {shown}") for flag, kind, rule in _PATTERNS if rule.search(text)
    ]
    if not found and _NOT_ARMS_LENGTH.search(text):
        found = [Flag("related_party", f"the source calls it no sale at arm's length: {shown}")]
    return tuple(found)
