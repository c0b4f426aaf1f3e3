"""Flags from a source's words on the circumstances of a sale: pure rules.

IAAO's Standard on Verification and Adjustment of Sales (2020), sections 5.3 and 5.4, names the kinds. The words are
those of county files and of the RESO Data Dictionary 2.0, field SpecialListingConditions, in English and French.

A source may give codes (`Family`, `HUDOwned`) or whole remarks. Phrases that can only be about the sale count anywhere.
Words that are also about houses and people, such as family and package, count only as a code: alone, or with nothing
but words about a sale around them.
"""

import re
from functools import lru_cache

from backend.app.core_gov.market.screening.flags import Flag
from backend.app.kit.text import folded, shorten

_RELATED = (
    r"related (part(y|ies)|persons?|individuals?)|(sale|sold|transfer|deed) (to|between|from|among) (a )?relatives?",
    r"int(ra|er) ?family|family (sale|transfers?|transaction|deed)|(to|from|between|within) (a |the )?family members?",
    r"gift (deed|of equity)|love and affection|quit ?claim( deed)?|partial interest",
    r"adjoining( land)? owner|adjacent owner|adj ?land|(personnes?|parties?) (liees?|apparentees?)",
    r"related (companies|company|corporations?|entit(y|ies))",
    r"(buyer|seller|purchaser|vendor) (is|are) (a )?relat(ed|ive)",
    r"(seller and buyer|buyer and seller) are related|lien de parente|entre conjoints",
    r"entre (parents|proches|membres de la (meme )?famille)|avec lien de dependance",
    r"(vente|transfert|transaction) (familiale?|en famille)",
)
_RELATED_CODES = (
    r"relate[ds]|relatives?|famil(y|ial)|family members?|gift|inheritance|divorce|adjoining( land)?|adjacent",
    r"famille|parente|donation|heritage|legs|separation|qcd|affiliates?",
)
_FORCED = (
    r"((in|pre) ?)?foreclos(ure|ed)( sale)?|reo|real estate owned|short sale|short pay|deed in lieu",
    r"(bank|lender|hud|va|government|fannie mae|freddie mac) owned|hud home|housing and urban development",
    r"sheriffs?( sale| deed)|trustees? (sale|deed)|notice of default|bankruptcy( property| sale)?",
    r"auction(?! house)|abnorml",
    r"tax (sale|deed)|power of sale|forced sale|judicial sale|court order(ed)?( sale)?|repossess(ed|ion)",
    r"reprises? (de finances?|bancaires?|hypothecaires?|par (la|une) (banque|institution))|en reprise|forclusion",
    r"vente a decouvert|aux encheres|a lencan|avis de (defaut|60 jours)( de paiement)?",
    r"propriete (du preteur|de la banque)|(prise|dation|donne) en paiement|sous controle de justice|saisie immobiliere",
    r"vente (judiciaire|forcee|de faillite|sous autorite de justice|par autorite de justice)|faillite",
    r"vente pour (taxes|non paiement de taxes|defaut de paiement)|vente (en justice|par huissier)",
    r"distress(ed)? (sale|property)|receivership|receivers? sale|(commissioners?|referees?|(special )?masters?) deed",
)
_FORCED_CODES = (
    r"abnormal|sheriffs?|bankruptcy|reprises?|saisie|encan|encheres?|hud|nod",
    r"distress(ed)?|repo|liquidation|fnma|homepath|fannie mae|freddie mac",
)
_SEVERAL = (
    r"(multi|multiple|several) ?parcels?|(multi|multiple|several) ?(properties|property) (sale|deed|transfer)",
    r"(sale|sold|deed|transfer) (of|with|includes|including|for) (two|three|four|\d+) parcels",
    r"(includ(es|ing)|(sold|conveyed) (together )?with) (other|additional|two|three|\d+) parcels",
    r"bulk sale|plusieurs (lots|parcelles)|vente en bloc|lots? multiples?",
)
_SEVERAL_CODES = (
    r"(multi|multiple|several) ?(parcels?|properties|property|lots?)|bulk|package|portfolio|alloca(tion)?",
    r"portefeuille|plusieurs immeubles|(two|three|four|[2-9]|\d\d) parcels|more than one parcel",
)

_AROUND = (
    r"(?:a|an|the|as|part|of|by|via|in|is|to|from|between|within|among|sold|sale|sales|deed|deal|transfer"
    r"|transaction|type|code|or|and|involves|involving|relationship|settlement|vente|par|de|en)"
)
"""Words of a code beside the one that counts."""


def _anywhere(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(words)})\b")


def _as_code(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"(?:{_AROUND} )*(?:{'|'.join(words)})(?: (?:{_AROUND}|{'|'.join(words)}))*")


_KINDS = (
    (
        "related_party",
        "between people who are not strangers to each other",
        _anywhere(_RELATED),
        _as_code(_RELATED_CODES),
    ),
    ("foreclosure", "under the pressure of a lender or a court", _anywhere(_FORCED), _as_code(_FORCED_CODES)),
    ("several_parcels", "of several parcels at once", _anywhere(_SEVERAL), _as_code(_SEVERAL_CODES)),
)
_NEGATED = re.compile(
    r"\b(?:no|non|not|never|former|formerly|previously|nor|neither|isnt|wasnt|without|pas|ni|sans|aucune?)"
    r"(?: (?:a|an|any|in|under|of|the|this|or|nor|and|de|du|la|une?|en|et|ou|ni|from|subject|to))*$"
)
_FIELD_ENDS = re.compile(r"([,;|/\n\r)])")
_ANSWERED_NO = re.compile(
    r"(?P<before>(?:.*[:?=])?)[^:?=]{1,60}(?: ?[:?=] ?| [-\u2013] ?| )(?:no|n|false|non|faux|0|none)\.?", re.IGNORECASE
)
"""Label with the answer no: "Short Sale: No", "REO? N"."""

_MAX_LABEL = 80
_MAX_DENIAL = 200
"""Characters before a phrase in which a denial is looked for."""

_NOT_ARMS_LENGTH = re.compile(r"\b(not|non)( an?)? arms? length")

# Phrases about types of houses, not about people.
_HOUSES = re.compile(
    r"\b(single|multi|two|three|four|one|1|2|3|4) famil(y|ies)\b|\bfamily (room|home|house|residence)\b"
)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_ENTRIES = re.compile(r"[,;:|/\n\r!?()\[\]{}\"]|\.(?:\s|$)|\s-\s")
"""Separators of codes in a list, and of sentences in remarks."""


@lru_cache(maxsize=4096)
def flags_of_terms(terms: str) -> tuple[Flag, ...]:
    """Return the flags for the words; empty for an ordinary sale."""
    entries = [_words(entry) for entry in _ENTRIES.split(_without_denied(_CAMEL.sub(" ", terms)))]
    shown = shorten(terms, 100)
    found = [
        Flag(flag, f"the source calls it a sale {kind}: {shown}")
        for flag, kind, phrases, codes in _KINDS
        if any(codes.fullmatch(entry) or _is_said(entry, phrases) for entry in entries)
    ]
    if not found and any(map(_NOT_ARMS_LENGTH.search, entries)):
        found = [Flag("related_party", f"the source calls it no sale at arm's length: {shown}")]
    return tuple(found)


def _without_denied(terms: str) -> str:
    """Return the terms without the labels whose answer is no."""
    return "".join(map(_without_denied_label, _FIELD_ENDS.split(terms)))


def _without_denied_label(field: str) -> str:
    line = " ".join(field.split())
    found = _ANSWERED_NO.fullmatch(line[-_MAX_LABEL:])
    return field if found is None else f"{line[:-_MAX_LABEL]}{found['before']} "


def _words(entry: str) -> str:
    """Return the words of an entry without case and accents, with `home` in place of types of houses."""
    return " ".join(_HOUSES.sub(" home ", " ".join(re.findall(r"[^\W_]+", folded(entry)))).split())


def _is_said(entry: str, phrases: re.Pattern[str]) -> bool:
    """Return whether an entry has one of the phrases and does not deny it: "not a short sale or foreclosure"."""
    denied = 0
    for found in phrases.finditer(entry):
        before = entry[max(denied, found.start() - _MAX_DENIAL) : found.start()].strip()
        if not _NEGATED.search(f"not {before}" if denied else before):
            return True
        denied = found.end()
    return False
