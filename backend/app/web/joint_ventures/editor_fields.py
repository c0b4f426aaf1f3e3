"""Fields of terms as the editor shows them: label, help from the OpenAPI description, and kind of control."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from types import UnionType
from typing import Any, Literal, get_args, get_origin

from markupsafe import Markup, escape
from pydantic import BaseModel

from backend.app.core_gov.jv.agreements.tiers import (
    AgreementTerms,
    CapitalTier,
    CatchUpTier,
    HurdleTier,
    PreferredTier,
    SplitLimit,
    SplitTier,
    TierPortion,
)
from backend.app.kit.errors import Fault

Control = Literal["number", "choice", "partners", "portions", "hurdle", "boolean", "text"]

LABELS = {
    "name": "Name of the tier",
    "partners": "Partners",
    "rate_percent": "Rate per year in percent",
    "rate_kind": "Kind of rate",
    "compounding": "Compounding",
    "broken_period": "Broken periods",
    "base": "Base",
    "day_count": "Day count",
    "target_percent": "Target in percent",
    "portions": "Portions",
    "share_percent": "Share in percent",
    "until": "Until this hurdle",
    "kind": "Kind of hurdle",
    "value": "Value",
    "tested": "Tested partners",
    "surplus_offsets": "Surplus offsets later contributions",
    "promote_partners": "Promote partners",
    "promote_measure": "Measure of the promote",
    "accrues_until": "Preferred return accrues until",
    "tiers": "Tiers",
    "amount": "Amount of each investor",
    "years": "Years",
    "profit_percent": "Profit in percent",
}
"""Labels of fields by name."""

TIER_LABELS = {
    "preferred_return": "Preferred return",
    "return_of_capital": "Return of capital",
    "catch_up": "Catch-up",
    "split_until": "Split until a hurdle",
    "split": "Split without an end",
}
"""Labels of the kinds of tiers."""


@dataclass(frozen=True, slots=True)
class EditorField:
    """A field of terms. `options` are the values of a choice."""

    name: str
    label: str
    help: Markup
    control: Control
    options: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class EditorTier:
    """A kind of tier with its fields. `blank`: a new tier of this kind, in which nothing is chosen yet."""

    kind: str
    label: str
    help: Markup
    fields: Sequence[EditorField]
    blank: dict[str, Any]


def help_of(description: str | None) -> Markup:
    """Return a description of the API with its quoted values as code."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(description or ""))))  # noqa: S704 - escaped


def fields_of_model(model: type[BaseModel], but: frozenset[str] = frozenset()) -> list[EditorField]:
    """Return the fields of a part of terms in the order of its schema."""
    found = []
    for name, info in model.model_fields.items():
        if name in but:
            continue
        control, options = _control(info.annotation)
        found.append(EditorField(name, LABELS[name], help_of(info.description), control, options))
    return found


def _control(annotation: Any) -> tuple[Control, Sequence[str]]:
    origin = get_origin(annotation)
    if origin is Literal:
        return "choice", get_args(annotation)
    if origin is list:
        return ("portions" if get_args(annotation)[0] is TierPortion else "partners"), ()
    if annotation is SplitLimit:
        return "hurdle", ()
    if annotation is bool:
        return "boolean", ()
    return ("number", ()) if origin is UnionType else ("text", ())


_BLANK: dict[Control, Any] = {
    "number": None,
    "choice": "",
    "partners": [],
    "portions": [{"share_percent": None, "partners": []}],
    "boolean": False,
    "text": "",
}


def _blank(fields: Sequence[EditorField]) -> dict[str, Any]:
    return {each.name: _blank(HURDLE) if each.control == "hurdle" else _BLANK[each.control] for each in fields}


def _tier(kind: str, model: type[BaseModel]) -> EditorTier:
    fields = fields_of_model(model, frozenset({"kind"}))
    blank = _blank(fields) | {"kind": kind, "name": TIER_LABELS[kind].lower()}
    return EditorTier(kind, TIER_LABELS[kind], help_of(model.__doc__), fields, blank)


HURDLE = fields_of_model(SplitLimit)
PORTION = fields_of_model(TierPortion)
TERMS = fields_of_model(AgreementTerms, frozenset({"tiers"}))
TIERS_HELP = help_of(AgreementTerms.model_fields["tiers"].description)
TIERS = [
    _tier("preferred_return", PreferredTier),
    _tier("return_of_capital", CapitalTier),
    _tier("catch_up", CatchUpTier),
    _tier("split_until", HurdleTier),
    _tier("split", SplitTier),
]
"""Kinds of tiers in the order in which they are offered."""


def fault_in_words(fault: Fault) -> str:
    """Return a fault of terms with the labels of the editor: Tier 2: Rate per year in percent must not be null."""
    rest = fault.message.removeprefix(fault.field).replace(" must not be null", " is not filled in")
    parts = [part for part in fault.field.split(".") if part != "terms" and part not in TIER_LABELS]
    words: list[str] = []
    for number, part in enumerate(parts):
        if part.isdigit() and number:
            what = {"tiers": "Tier", "portions": "portion"}.get(parts[number - 1], "entry")
            words[-1] = f"{what} {int(part) + 1}"
        else:
            words.append(LABELS.get(part, part))
    return ", ".join(words) + rest if words else fault.message


def with_names(sentence: str, names: dict[str, str]) -> str:
    """Return a sentence with the names of partners instead of their ids."""
    for partner, name in names.items():
        sentence = sentence.replace(partner, name)
    return sentence
