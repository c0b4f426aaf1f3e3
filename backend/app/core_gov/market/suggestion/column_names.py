"""Names that files of sales give to the columns of our fields: patterns, each with its likelihood."""

import re
from collections.abc import Mapping
from functools import lru_cache

from backend.app.kit.text import folded

SURE = 0.8
"""Minimum likelihood of a name that needs no remark."""

_CASES = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Za-z])(?=\d)|(?<=[A-Z])(?=[A-Z][a-z])")
_SQFT = re.compile(r"\b(?:sq ?ft|sq ?foot|square (?:feet|foot|ft)|sqfoot|pi ?2|pi ca|pieds carres)\b")
_COMPOUNDS = re.compile(
    r"\b(sales?|sold|close|deed|trans|yr|year|act|eff|site|prop|f|h|full|half|land|lot|lvg|bldg|zip)"
    r"(date|dt|price|prc|amount|amt|yr|year|mo|month|blt|built|const|addr|address|baths?|bths?|area|sqft|sf|size|sz|cd)\b"
)
"""Words that some names write as one: `saledate`, `yrblt`, `fbath`."""

_WORDS = {
    **dict.fromkeys(("yr", "annee"), "year"),
    **dict.fromkeys(("nbr", "num", "no", "nb", "nombre"), "number"),
    **dict.fromkeys(("bldg", "bldng", "buldng"), "building"),
    **dict.fromkeys(("blt", "bilt", "const", "constr"), "built"),
    **dict.fromkeys(("addr", "addr1"), "address"),
    **dict.fromkeys(("trans", "txn"), "transaction"),
    **dict.fromkeys(("lvg", "liv"), "living"),
    **dict.fromkeys(("bth", "bths"), "bath"),
    "dt": "date",
    "prc": "price",
    "amt": "amount",
    "mo": "month",
    "prop": "property",
    "bsmt": "basement",
    "lnd": "land",
    "act": "actual",
    "eff": "effective",
    "tot": "total",
    "sz": "size",
    "stry": "story",
    "cd": "code",
    "f": "full",
    "h": "half",
    "fin": "finished",
    "res": "residential",
    "sf": "sqft",
    "doc": "document",
}
"""Abbreviations of whole words."""

_PHRASES = (
    (re.compile(r"\bsous sol\b"), "basement"),
    (re.compile(r"\bnumber (?:of|de|d)\b"), "number"),
    (re.compile(r"^(?:phy|char|loc|primary|current)(?= .)"), ""),
    (re.compile(r"(?<=.) (?:count|integer)$"), ""),
    (re.compile(r"(?<=price|month) 1$|(?<=address) 1$|(?<=year|date|code) 1$"), ""),
)
"""Phrases, beginnings and ends that do not change the meaning."""

_PATTERNS: Mapping[str, tuple[tuple[str, float], ...]] = {
    "price": (
        (r"(?:sales?|sold|close|closing|selling|purchase) ?(?:price|amount|value)|prix (?:de )?vente", 1.0),
        (r"price|prix|sale ?price cents|consideration(?: amount)?|net sale price|sale(?:s)? amount", 0.85),
        (r"amount|montant|sold for", 0.6),
    ),
    "close_date": (
        (r"(?:sales?|sold|close|closing|closed|settlement) date|date (?:of )?(?:sale|sold)|date (?:de )?vente", 1.0),
        (r"(?:deed|transfer|transaction|conveyance) date|date of transfer|sold(?: on)?|date", 0.8),
        (r"(?:recording|recorded|record|rec|document) date|date (?:closed|recorded|acte)", 0.7),
    ),
    "close_year": ((r"(?:year|sales? year|year sold|sold year|year (?:of )?sale)", 1.0),),
    "close_month": ((r"(?:month|sales? month|month sold|month (?:of )?sale)", 1.0),),
    "close_day": ((r"(?:day|sales? day|day sold|day (?:of )?sale)", 1.0),),
    "contract_date": ((r"(?:purchase )?contract date|pending date|under contract date", 0.9),),
    "parcel": (
        (
            r"parcel(?: ?(?:id|number|key))?|p ?i ?n|a ?p ?n|p ?i ?d|folio(?: number)?|matricule|parid|account number",
            1.0,
        ),
        (r"(?:tax|roll|property|map) ?(?:id|number)|lot number|bbl", 0.7),
    ),
    "borough": ((r"boro(?:ugh)?", 0.9),),
    "block": ((r"block(?: number)?", 0.9),),
    "lot": ((r"lot(?: number)?", 0.9),),
    "sale_id": (
        (r"(?:sales?|listing|transaction|mls|record) ?(?:id|key|number)|listing", 0.9),
        (r"id|key|object ?id|fid", 0.6),
    ),
    "deed": ((r"(?:deed|instrument|reception|recording|document|doc) ?(?:number|id)|excise tax number", 0.9),),
    "living_sqft": (
        (r"(?:total |gross |gr )?(?:living|liveable|livable|heated|finished) (?:area|sqft|size)|gla", 1.0),
        (r"sqft (?:total )?living", 1.0),
        (r"(?:area |sqft )?(?:living|habitable)|(?:superficie|aire) habitable|heated .*|living .*", 0.85),
        (r"(?:building|house|home|gross|total|structure) (?:area|sqft|size)|sqft(?: total)?", 0.6),
        (r"superficie|square footage", 0.6),
    ),
    "lot_sqft": (
        (r"(?:lot|land|parcel|site) (?:size|area|sqft|acres|acreage)(?: .*)?|sqft lot|acres|acreage|terrain.*", 0.95),
        (r"superficie (?:du )?(?:terrain|lot)|land|hectares", 0.7),
    ),
    "basement_sqft": (
        (r"(?:total |finished )?basement (?:area|sqft|size)|sqft basement|(?:finished )?basement", 0.85),
    ),
    "beds": ((r"(?:number |total )?(?:bed ?rooms?|beds?|bdrms?|brs?|chambres?)(?: (?:total|number|abv ?gr))?", 0.95),),
    "baths": (
        (
            r"(?:number |total )?(?:bath ?rooms?|baths?|bthrms?|salles? de bains?)(?: (?:total|number|total decimal))?",
            0.95,
        ),
    ),
    "full_baths": ((r"(?:number |total )?(?:full (?:bath ?rooms?|baths?)|(?:bath ?rooms?|baths?) full|full)", 0.95),),
    "half_baths": ((r"(?:number |total )?(?:half (?:bath ?rooms?|baths?)|(?:bath ?rooms?|baths?) half|half)", 0.95),),
    "floors": ((r"(?:number )?(?:floors?|stor(?:y|ies)|storeys?|levels|etages?)(?: (?:total|number|height))?", 0.95),),
    "year_built": (
        (r"(?:actual )?year ?(?:built|constructed|construction)|built(?: (?:in|year))?|construction year", 1.0),
        (r"year (?:of|de) construction|constructed|ayb", 0.9),
        (r"effective year(?: built)?|eyb", 0.5),
    ),
    "age": ((r"(?:building |house |home |structure )?age(?: (?:at|of|in) .*)?", 0.9),),
    "year_renovated": (
        (r"year ?(?:renovated|renov|remodel(?:l?ed)?|remod(?: add)?)|(?:remodel|renovation) year", 0.95),
    ),
    "grade": ((r"(?:building |overall )?(?:grade|qual(?:ity)?)(?: grade)?", 0.8),),
    "condition": ((r"(?:building |overall |property )?cond(?:ition)?(?: (?:code|rating))?|etat", 0.85),),
    "view": ((r"(?:has )?(?:view|vue)(?: (?:yn|rating))?", 0.85),),
    "waterfront": ((r"(?:is |has )?(?:water ?front|wfnt|bord de l?eau)(?: yn)?", 0.95),),
    "property_type": (
        (r"(?:property|dwelling|home|house|residence|structure) (?:sub ?)?type|building type|type de propriete", 0.95),
        (r"(?:property|building|use|land use) (?:class|category|code)(?: .*)?|property use|use(?: ?code)?", 0.6),
        (r"(?:residential )?type|class", 0.6),
    ),
    "address": (
        (
            r"(?:street |site |situs |property |location |full |unparsed )*(?:address|adresse)(?: full)?",
            0.95,
        ),
        (r"situs|location|rue", 0.6),
    ),
    "house_number": ((r"(?:house|street|address|building|site|situs) number|number civique|civic number|number", 0.9),),
    "street": ((r"street(?: name)?|road(?: name)?|rue|situs street|st name", 0.9),),
    "unit_number": ((r"(?:unit|apartment|apt|suite|appartement)(?: (?:number|id))?", 0.9),),
    "city": (
        (r"(?:situs |property |site |postal )?(?:city|town|municipality|ville|municipalite)(?: name)?", 0.95),
        (r"town city|locality", 0.95),
    ),
    "postal": ((r"(?:situs |property |site )?(?:zip|postal|post) ?(?:code)?(?: 5)?|code postal", 0.95),),
    "area": (
        (r"neighbou?rhood(?: (?:name|code|id))?|nbhd(?: .*)?|quartier|sub ?division(?: name)?", 0.9),
        (r"(?:market |sub )?area(?: (?:name|code))?|district|zone|borough", 0.6),
    ),
    "latitude": ((r"lat(?:itude)?(?: .*)?", 0.95), (r"y(?: coord(?:inate)?)?|northing|coord y|point y", 0.8)),
    "longitude": ((r"lon(?:g|gitude)?(?: .*)?|lng", 0.95), (r"x(?: coord(?:inate)?)?|easting|coord x|point x", 0.8)),
    "terms": (
        (
            r"sale condition|special (?:listing )?conditions?|sale (?:reason|warning)s?|remarks|remarques|arms? length",
            0.9,
        ),
        (r"(?:sales? )?(?:qualif(?:ied|ication)|validity|valid)(?: (?:code|type))?|sale type|deed type", 0.65),
        (r"(?:sales? )?(?:instrument|reason) ?(?:code|type)?|condition of sale", 0.65),
    ),
}
"""Patterns of whole names by field, the surest first. Fields that are not of a sale are parts of one."""

FIELDS = tuple(_PATTERNS)
_COMPILED = {
    field: tuple((re.compile(text), weight) for text, weight in patterns) for field, patterns in _PATTERNS.items()
}


@lru_cache(maxsize=20_000)
def plain_name(column: str) -> str:
    """Return the words of a column's name in one spelling: `SalePrice` and `SALE_PRICE` are `sale price`."""
    words = " ".join(re.findall(r"[^\W_]+", folded(_CASES.sub(" ", column))))
    words = " ".join(_WORDS.get(word, word) for word in _COMPOUNDS.sub(r"\1 \2", words).split())
    words = _SQFT.sub("sqft", words)
    for pattern, plain in _PHRASES:
        words = pattern.sub(plain, words).strip()
    return _without_unit(words)


def _without_unit(words: str) -> str:
    """Return the words without a unit of area after another word, as in `heated m2`."""
    return re.sub(r"(?<=[a-z]) (?:m ?2|sq ?m|square met(?:er|re)s?|in (?:acres|sqft|feet))$", "", words)


def likelihood(field: str, column: str) -> float:
    """Return how likely a column of this name has the field, from 0 to 1."""
    name = plain_name(column)
    return next((weight for pattern, weight in _COMPILED[field] if pattern.fullmatch(name)), 0.0)
