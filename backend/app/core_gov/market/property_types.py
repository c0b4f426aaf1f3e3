"""Property types: one word for the usual spellings, so that `Condo`, `condominium` and `Condo/Co-op` compare equal.

Sales, rents and properties keep the words of their source; only comparisons use the canonical word. The spellings are
the values of PropertySubType in the RESO Data Dictionary 2.0, the types that MLS exports and portals use in the US and
Canada, the land use descriptions of county assessors, and the French terms of Centris and the Quebec assessment rolls.
Case, accents and everything but letters and digits are ignored. A word that is not in the table means only itself.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from backend.app.core_gov.market.columns import UNKNOWN, Codes
from backend.app.kit.arrays import Ints
from backend.app.kit.text import folded

_SPELLINGS = {
    "single_family": """
        single family; single family residence; single family residential; single family home; single family house;
        single family dwelling; single family detached; detached single family; single family detached home;
        residential single family; single; sfr; sfh; sfd; sfdr; sf; detached; detached home; detached house;
        detached dwelling; house; house detached; home; houses; 1 family; one family; one family dwelling;
        1 family dwelling; single detached; single detached house; single detached dwelling; singlefam; 1 fam;
        single unit; maison; maison unifamiliale; maison individuelle; maison détachée; unifamiliale; unifamilial;
        maison isolée; unifamiliale isolée; maison unifamiliale isolée; résidence unifamiliale; individuelle;
        habitation unifamiliale; single family site; site built single family; house single family;
        single family house detached; res single family; residential single family residence; single fam res;
        single fam residence; sgl fam; sgl family; detached single family residence; residential detached;
        detached residential; maison détaché
    """,
    "semi_detached": """
        semi detached; semidetached home; semi detached house; semi detached dwelling; semi; half duplex; 1 2 duplex;
        side by side; link; linked; link home; maison jumelée; jumelé; jumelée; semi détachée; maison semi détachée;
        unifamiliale jumelée; semi detached condo; twin; twin home; semi detached single family; twin semi detached;
        semi det; semi det condo; maison semi détaché; semi jumelé
    """,
    "townhouse": """
        townhouse; town house; townhome; town home; townhouses; townhomes; town homes; townhouse attached; th; townhse;
        twnhse; twnhouse; row; row house; rowhouse; row home; rowhome; row townhouse; row townhome; row end; row inside;
        att row townhouse; att row twnhouse; attached row townhouse; freehold townhouse; condo townhouse;
        condo townhome; townhouse condo; maison en rangée; maison de ville; en rangée; unifamiliale en rangée; rangée;
        row unit; freehold town; twnhs; single family attached; attached single family; attached; sfa;
        end unit townhouse; interior townhouse; interior row townhouse; end of row townhouse; townhouse end unit;
        townhome condo; townhouse row; row house townhouse; townhouse condominium
    """,
    "condominium": """
        condo; condos; condominium; condominiums; condo apartment; condo apt; condominium apartment; condo co op;
        condominium unit; condo unit; residential condo; residential condominium; condo residential; apartment condo;
        apartment condominium; apt condo; apartment condo unit; copropriété; co propriété; condo copropriété;
        copropriété divise; copropriété indivise; appartement condo; high rise condo; low rise condo; condominio;
        strata; strata unit; strata apartment; strata condo; apt condominium; condo high rise; condo low rise;
        condominium residence; condominium apt; loft condo; condo strata; condominium apartment unit; condo coop;
        condominium co op; condominium cooperative; condos co ops; condo coops; condo appartement;
        appartement condominium; apartment strata; condominium strata
    """,
    "cooperative": """
        stock cooperative; co op; coop; co operative; own your own; co op apartment; coop apartment;
        cooperative apartment; co op apt; cooperative unit; co op unit; coop unit
    """,
    "apartment": "apartment; apartments; apt; appartement; flat; apartment unit; logement",
    "duplex": "duplex; 2 family; two family; two family dwelling; 2 fam; 2 plex; two unit; 2 unit; bifamily",
    "triplex": "triplex; 3 family; three family; three family dwelling; 3 fam; 3 plex; three unit; 3 unit",
    "quadruplex": """
        quadruplex; fourplex; four plex; quadplex; quad; 4 family; four family; 4 plex; 4 fam; four unit; 4 unit
    """,
    "multi_family": """
        multi family; multifamily; multi family residential; residential income; multi; multi unit; multiple family;
        multiplex; income property; 2 to 4 family; 2 4 family; multi family 2 4; multi family 2 4 units; 2 4 units;
        revenue property; immeuble à revenus; plex; multifamille; multi residential; multi family home
    """,
    "manufactured": """
        manufactured; manufactured home; manufactured house; manufactured housing; manufactured on land; mobile;
        mobile home; mobile homes; mobile trailer; mobile manufactured; mobile manufactured home; double wide;
        single wide; manufactured mobile; manufactured mobile home; maison mobile; mfd home; mfg home; modular mobile;
        mobile dwelling; mfg; mfd; mfg mobile home; mfd mobile home; mobile manufactured housing
    """,
    "modular": "modular; modular home; prefabricated; prefab; maison usinée; maison préfabriquée",
    "cabin": "cabin; cottage; chalet; recreational; seasonal; maison de campagne; vacation home",
    "farm": "farm; farm ranch; ranch farm; farm house; fermette; ferme; hobby farm; agriculture; agricultural",
    "land": """
        land; lot; lots; vacant land; unimproved land; vacant lot; lots and land; lot land; lots land; land lot;
        terrain; terrain vacant; acreage; raw land; residential lot; residential land; land lots; vacant; unimproved
    """,
    "timeshare": "timeshare; time share; fractional ownership; fractional; deeded timeshare",
}

HOUSES = frozenset({"single_family", "semi_detached", "townhouse", "manufactured", "modular", "cabin", "farm"})
"""Types of which an address has only one."""


def _compact(text: str) -> str:
    """Return the letters and digits of a text without case and accents."""
    return _letters(folded(text))


def _letters(text: str) -> str:
    return "".join(re.findall(r"[^\W_]+", text.casefold()))


_WORDS = {
    canonical: (canonical, *(spelling.strip() for spelling in spellings.split(";")))
    for canonical, spellings in _SPELLINGS.items()
}
_CANONICAL = {_compact(spelling): canonical for canonical, words in _WORDS.items() for spelling in words}


@lru_cache(maxsize=4096)
def canonical_type(text: str) -> str:
    """Return the canonical word of a property type; for an unknown type, its letters and digits in lower case."""
    compact = _compact(text)
    return _CANONICAL.get(compact, compact)


@lru_cache(maxsize=256)
def type_spellings(text: str) -> tuple[str, ...]:
    """Return the spellings of a property type in lower case, with and without accents, without all other signs."""
    canonical = canonical_type(text)
    words = (text, *_WORDS.get(canonical, ()))
    return tuple(sorted({form for word in words for form in (_letters(word), _compact(word))}))


@dataclass(frozen=True)
class TypeCodes(Codes):
    """Property types encoded as integers."""

    @cached_property
    def classes(self) -> Ints:
        """Code of the first spelling of each code's type."""
        return type_classes(self.names)

    def of(self, text: str | None) -> int:
        """Return the code of a type in any spelling, the exact one if there is; UNKNOWN if no row has one of them."""
        code = super().of(text)
        if code != UNKNOWN or text is None:
            return code
        return next((at for at, name in enumerate(self.names) if canonical_type(name) == canonical_type(text)), UNKNOWN)

    def class_of(self, text: str | None) -> int:
        code = self.of(text)
        return UNKNOWN if code == UNKNOWN else int(self.classes[code])


def type_classes(names: Sequence[str]) -> Ints:
    """Return the index of the first name of each name's type."""
    first: dict[str, int] = {}
    return np.array([first.setdefault(canonical_type(name), at) for at, name in enumerate(names)], dtype=np.int64)
