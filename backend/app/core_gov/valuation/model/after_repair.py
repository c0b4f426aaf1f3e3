"""Subject property after repair: characteristics of a renovated home in its market, with the assumptions made."""

from dataclasses import dataclass, replace

import numpy as np

from backend.app.core_gov.market.columns import Subject, date_of
from backend.app.core_gov.valuation.model.model import Model


@dataclass(frozen=True)
class SubjectAfterRepair:
    """Subject after repair; unchanged if the market's sales do not show the effect of repairs."""

    subject: Subject
    assumptions: tuple[str, ...]
    changed: bool


def repaired(subject: Subject, as_of: int, model: Model | None) -> SubjectAfterRepair:
    """Set condition and year of renovation to those of a renovated home; the grade (building class) stays."""
    assumed = []
    known = model.renovated if model else {}
    if "condition" in known and not subject.condition >= known["condition"]:
        before = f"{subject.condition:g}" if np.isfinite(subject.condition) else "unknown"
        subject = replace(subject, condition=known["condition"])
        assumed.append(
            f"condition {known['condition']:g} after repair (as is: {before}), as in renovated homes of this market"
        )
    if "year_renovated" in known:
        year = float(date_of(as_of).year)
        if not max(subject.year_renovated, subject.year_built) >= year:
            subject = replace(subject, year_renovated=year)
            assumed.append(f"renovated in {year:.0f}")
    if not known:
        assumed.append(
            "the market's sales have neither condition nor renovation: the after-repair value equals the as-is value"
        )
    elif not assumed:
        assumed.append("the property already matches a renovated home: the after-repair value equals the as-is value")
    else:
        assumed.append("grade, size and rooms are unchanged")
    return SubjectAfterRepair(subject, tuple(assumed), subject.condition == subject.condition and len(assumed) > 1)
