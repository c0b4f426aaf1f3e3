"""Names of cities for matching: abbreviations, and former cities that are districts of a larger one today."""

import re
from collections.abc import Mapping
from functools import lru_cache

from backend.app.core_gov.geography.street_types import table
from backend.app.kit.text import words_of

VERSION = 1
"""Version of the rules. Increase it whenever the key of any city changes, so that stored keys are recomputed."""

_SPELLINGS = table("""
    st saint sainte ste; mt mount mont; ft fort; n north nord; s south sud; e east; w west; hts heights; spgs springs;
    spg spring; vlg village; twp township; bch beach; jct junction; lk lake; hbr harbor harbour; ctr center centre;
    is island; hls hills; fls falls; grv grove
""")
_OFFICE = re.compile(
    r"^(?:the )?(?:city|town|village|township|district|municipality|ville|municipalite) (?:of|de) (?=.)"
)
_BOARD_DISTRICT = re.compile(r"(?<=.) [cew]\d\d$")
"""Number of a district of the Toronto Regional Real Estate Board: "Toronto C01"."""

_PARENTHESES = re.compile(r"\([^()]*\)")

DISTRICTS: Mapping[str, tuple[str, ...]] = {
    city: tuple(" ".join(_SPELLINGS.get(word, word) for word in name.split()) for name in names.split(", "))
    for city, names in {
        "toronto": "north york, scarborough, etobicoke, york, east york",
        "ottawa": "nepean, gloucester, kanata, orleans, vanier, cumberland, rockcliffe park, stittsville, manotick",
        "hamilton": "stoney creek, ancaster, dundas, flamborough, glanbrook, waterdown, binbrook, mount hope",
        "cambridge": "galt, preston, hespeler",
        "montreal": "verdun, lasalle, lachine, outremont, anjou, saint laurent, saint leonard, montreal nord, "
        "pierrefonds, roxboro, ile bizard, sainte genevieve",
        "quebec": "sainte foy, beauport, charlesbourg, loretteville, sillery, cap rouge, vanier, quebec city",
        "gatineau": "hull, aylmer, buckingham, masson angers",
        "longueuil": "saint hubert, greenfield park, vieux longueuil",
        "laval": "chomedey, vimont, duvernay, sainte rose, sainte dorothee, fabreville, laval des rapides, pont viau",
        "saguenay": "chicoutimi, jonquiere, la baie",
        "levis": "saint romuald, charny, saint nicolas",
        "halifax": "dartmouth, bedford",
    }.items()
}
"""Former cities by the Canadian city that they belong to since a merger; both names are in use in addresses."""

_CITY_OF = {name: city for city, names in DISTRICTS.items() for name in names}


@lru_cache(maxsize=10_000)
def city_key(city: str) -> str:
    """Return the normalized name of a city: "Toronto (Old Mill)" equals "City of Toronto"."""
    words = [spelled(word) for word in words_of(_PARENTHESES.sub(" ", city)) or words_of(city)]
    return _BOARD_DISTRICT.sub("", _OFFICE.sub("", " ".join(words)))


def spelled(word: str) -> str:
    """Return the abbreviation of a word in the name of a city."""
    return _SPELLINGS.get(word, word)


def whole_city(country: str, key: str) -> str:
    """Return the key of the city that a former city belongs to, or the key itself."""
    return _CITY_OF.get(key, key) if country == "CA" else key
