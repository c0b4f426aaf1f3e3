"""Opinions of the demo company on its properties: ratings, comparisons and estimates, derived from the sale."""

from hashlib import blake2b
from typing import Any

from pydantic import JsonValue

from backend.app.demo.pipeline import House, Plan

_RATED_OF_THREE = 2

_WORDS = (
    (55, ("Busy road, planes overhead.", "Long way to a shop.", "Three houses on the block stand empty.")),
    (70, ("Fine for renters, thin for resale.", "Bus every half hour, school so-so.", "Quiet, but parking is tight.")),
    (101, ("Two schools within a walk.", "New sidewalk, young families.", "Sells in a week when it is painted.")),
)


def rating(house: House) -> tuple[int, str, dict[str, JsonValue]]:
    """Return a score from 0 to 100, the reason in words, and its components. A better building grade scores higher."""
    chance = _pseudo_random(house)
    grade = house.sale.grade if house.sale else 7
    schools, transit = 40 + 5 * (grade - 5) + chance[0] % 25, 35 + chance[1] % 50
    flood = chance[2] % 9 == 0
    score = max(0, min(100, (2 * schools + transit) // 3 - 10 * flood))
    words = next(words for limit, words in _WORDS if score < limit)
    return score, words[chance[3] % 3], {"schools": schools, "transit": transit, "flood_zone": flood}


def is_rated(house: House) -> bool:
    """Return whether the property has a rating. Some have none, as in a real company."""
    return _pseudo_random(house)[4] % 3 < _RATED_OF_THREE


def comps_notes(house: House) -> str:
    return ("Same ZIP, no waterfront", "Sold in the last six months", "Leave out the new builds")[
        _pseudo_random(house)[5] % 3
    ]


def assumptions(plan: Plan) -> dict[str, Any]:
    """Return the assumptions behind the estimate of repairs and rent."""
    chance = _pseudo_random(plan.house)
    roof = ("keep", "patch", "replace, 2 layers")[chance[6] % 3]
    return {"roof": roof, "vacancy": 0.05, "contingency": (0.1, 0.15)[chance[7] % 2], "seen_inside": chance[1] % 4 > 0}


def _pseudo_random(house: House) -> bytes:
    """Return pseudo-random bytes that are the same for the same house every time."""
    return blake2b(house.record.address.encode(), digest_size=8).digest()
