"""Words on the circumstances of a sale: codes and remarks, in English and French."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.app.core_gov.market.screening.terms import flags_of_terms
from backend.tests.promises import promise

FLAGGED = {
    "related_party": """
        Family | Divorce settlement | Sale involves family or related | Transfer within family | Family sale
        Intra-family transfer | Sale between relatives | Sale to relatives | Related
        Related party | Related individuals | family member | Sold to a family member | Sale to family | Gift
        Gift deed | Divorce | Inheritance | Quit Claim | quitclaim deed | Love and affection | Partial interest
        AdjLand | Adjoining owner | not an arm's length transaction | Vente entre personnes liées | Vente familiale
        Transfert entre parents | Partie liée | Buyer is related to seller | Related companies
        Avec lien de dépendance | Standard; Family | Donation
    """,
    "foreclosure": """
        REO | Real Estate Owned, Standard | InForeclosure | In Foreclosure | Pre-Foreclosure | HudOwned | HUDOwned
        ["HUDOwned"] | ['ShortSale', 'Standard'] | HUD Owned,Standard | REO/Bank Owned | BankOwned | Bank-owned
        REOProperty | Lender owned | Short Sale | Sheriff's deed | Sheriff | Trustee's Deed | Tax sale
        Power of Sale | Notice Of Default | Bankruptcy Property | Bankruptcy | Court ordered sale | Auction
        Abnorml | Estate sale. Foreclosure | This home is bank owned and sold as is.
        Do not miss this great deal. Bank owned! | Reprise de finance | Reprise de finances | Reprise
        Reprise bancaire | Vente par reprise | En forclusion | Vente à découvert | Vente aux enchères
        Avis de défaut de paiement | Propriété du prêteur | Saisie | Faillite | Vente judiciaire
        Vente sous contrôle de justice | Prise en paiement
        Propriété de l\u2019US Department of Housing and Urban Development
        Maison en reprise de finance, aucune garantie | Distressed | Distress sale | Referee's deed | Repo
        Short Sale: Yes | REO: No; Auction: Yes | Sheriff sale No. 2020 | Vente en justice | Receivership
    """,
    "several_parcels": """
        Multi-parcel sale | Multiple parcels | Several properties | Package | Package sale | Bulk | Bulk sale
        Portfolio | Sale of a portfolio | Alloca | Sold with 3 parcels | plusieurs lots | Vente en bloc
        Multiple property sale | Two parcels | Sold as part of a portfolio | Sold with additional parcels
    """,
}
ORDINARY = """
    Standard | Normal | Arm's length | Single Family Residence | Multi family | Two family | Family room
    Family home | Perfect for a growing family | Great for families | The family will love it
    Family owned since 1950 | Extended family suite | family friendly street | Sold to a family with two children
    Upgrade package | Upgraded package and more | Luxury appliance package included | Package deal on appliances
    Bulk storage available | portfolio of photos | parking allocation | Near several properties
    Relative humidity control | Related to nature | Great gift | gift wrapped home | Divorce lawyer next door
    Adjacent to park | adjoining rooms | close to HUD offices | Not a foreclosure | non-REO | Never a foreclosure
    Not bank owned | Not a short sale or foreclosure | No short sale, no REO
    This is not a foreclosure nor a short sale | Not subject to foreclosure | Pas une reprise de finance
    Ni reprise de finance ni saisie immobilière | Sans lien de dépendance | Idéal pour la famille
    Maison unifamiliale | Salle familiale | Probate Listing | Conservatorship | Third Party Approval | Trust
    Succession | Conventional | FHA | Short Sale: No | REO: N, Auction: N | Foreclosure? No | Bank Owned: false
    Related party - no | Reprise de finance : Non | Auction house nearby | Previously foreclosed | Family room package
"""


def each(text: str) -> list[str]:
    return [term.strip() for line in text.strip().splitlines() for term in line.split(" | ")]


@promise("Market data", "Words on a sale's circumstances flag it as a code or a plain phrase, in English and French.")
@pytest.mark.parametrize(("flag", "text"), [(flag, text) for flag, texts in FLAGGED.items() for text in each(texts)])
def test_codes_and_plain_phrases_flag_a_sale(flag: str, text: str) -> None:
    assert [(found.flag, found.excludes) for found in flags_of_terms(text)] == [(flag, True)]


@pytest.mark.parametrize("text", each(ORDINARY))
def test_ordinary_terms_and_remarks_do_not(text: str) -> None:
    assert flags_of_terms(text) == ()


@given(st.sampled_from([text for texts in FLAGGED.values() for text in each(texts)]), st.sampled_from(each(ORDINARY)))
def test_a_list_has_the_flags_of_its_entries(flagged: str, ordinary: str) -> None:
    alone = {found.flag for found in flags_of_terms(flagged)}
    assert {found.flag for found in flags_of_terms(f"{ordinary}, {flagged}")} == alone
    assert {found.flag for found in flags_of_terms(f"{flagged}; {ordinary}")} == alone
