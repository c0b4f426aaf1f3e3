"""Words, amounts and movements of statements in the language of the partner. Pure functions."""

from typing import Literal

StatementLanguage = Literal["en", "fr-CA"]

_ENGLISH = {
    "capital_account": "Capital account statement",
    "distribution_notice": "Distribution notice",
    "partner": "Partner",
    "agreement": "Agreement",
    "period": "Period",
    "to": "to",
    "amounts_in": "All amounts in",
    "capital": "Capital",
    "opening": "Capital at the start of the first day",
    "contributed": "Contributions",
    "returned": "Return of capital",
    "ending": "Capital at the end of the last day",
    "profit": "Return and profit",
    "preferred_paid": "Preferred return distributed",
    "profit_paid": "Other profit distributed",
    "preferred_owed": "Preferred return owed at the end of the last day",
    "commitment": "Commitment",
    "committed": "Capital promised",
    "unfunded": "Promised and not paid in",
    "movements": "Movements",
    "day": "Day",
    "what": "Movement",
    "entry": "Entry",
    "amount": "Amount",
    "no_movements": "Nothing moved in this period.",
    "your_share": "Your share",
    "cash": "Distributed to all partners",
    "declared_on": "Declared on",
    "payable_on": "Payable on",
    "tier": "Tier",
    "everybody": "All partners",
    "you": "You",
    "corrections": "True-up of earlier distributions",
    "total": "Total",
    "why": "How the cash was divided",
    "issued_on": "Issued on",
    "statement": "Statement",
    "revision": "Entries in the books",
    "digest": "Digest (SHA-256)",
}

_FRENCH = {
    "capital_account": "Relevé du compte de capital",
    "distribution_notice": "Avis de distribution",
    "partner": "Associé",
    "agreement": "Convention",
    "period": "Période",
    "to": "au",
    "amounts_in": "Tous les montants en",
    "capital": "Capital",
    "opening": "Capital au début du premier jour",
    "contributed": "Apports",
    "returned": "Remboursement de capital",
    "ending": "Capital à la fin du dernier jour",
    "profit": "Rendement et profit",
    "preferred_paid": "Rendement privilégié distribué",
    "profit_paid": "Autre profit distribué",
    "preferred_owed": "Rendement privilégié dû à la fin du dernier jour",
    "commitment": "Engagement",
    "committed": "Capital promis",
    "unfunded": "Promis et non versé",
    "movements": "Mouvements",
    "day": "Jour",
    "what": "Mouvement",
    "entry": "Écriture",
    "amount": "Montant",
    "no_movements": "Aucun mouvement pendant cette période.",
    "your_share": "Votre part",
    "cash": "Distribué à tous les associés",
    "declared_on": "Déclarée le",
    "payable_on": "Payable le",
    "tier": "Palier",
    "everybody": "Tous les associés",
    "you": "Vous",
    "corrections": "Régularisation de distributions antérieures",
    "total": "Total",
    "why": "Répartition de la somme",
    "issued_on": "Émis le",
    "statement": "Relevé",
    "revision": "Écritures aux livres",
    "digest": "Empreinte (SHA-256)",
}

WORDS: dict[StatementLanguage, dict[str, str]] = {"en": _ENGLISH, "fr-CA": _FRENCH}
"""Words of statements by language; each language has the same."""

_MOVEMENTS = {
    "Contribution": "Apport",
    "Return of capital": "Remboursement de capital",
    "Preferred return": "Rendement privilégié",
    "Profit": "Profit",
}
_TAKEN_BACK = ", taken back"
_SPACE = "\N{NO-BREAK SPACE}"


def movement_in(what: str, language: StatementLanguage) -> str:
    """Return a movement, which is on file in English, in a language."""
    if language == "en":
        return what
    kind = what.removesuffix(_TAKEN_BACK)
    return _MOVEMENTS.get(kind, kind) + (", annulé" if what.endswith(_TAKEN_BACK) else "")


def amount_in(value: float, currency: str, language: StatementLanguage) -> str:
    """Return an amount with its currency: CAD 1,234.50 in English, 1 234,50 CAD in French."""
    text = f"{abs(value):,.2f}"
    sign = "\N{MINUS SIGN}" if value < 0 else ""
    if language == "en":
        return f"{currency}{_SPACE}{sign}{text}"
    return f"{sign}{text.replace(',', _SPACE).replace('.', ',')}{_SPACE}{currency}"
