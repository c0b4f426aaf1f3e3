"""Values that differ by more than rounding."""

from dataclasses import replace
from typing import Any

import pytest

from backend.app.core_gov.property.scheduled_valuations.material_change import ValueInCents, is_material

LAST = ValueInCents("town", "USD", 400_000_00, 60_000_00, 480_000_00)


def test_first_value_is_material() -> None:
    assert is_material(None, LAST)


@pytest.mark.parametrize(
    ("change", "material"),
    [
        ({}, False),
        ({"value": 402_000_00}, False),
        ({"value": 402_000_01}, True),
        ({"value": 397_999_99}, True),
        ({"low": 60_500_00}, False),  # 0.5 % of it would be less than 500
        ({"low": 60_500_01}, True),
        ({"high": 482_400_01}, True),
        ({"market": "city"}, True),
        ({"currency": "CAD"}, True),
    ],
)
def test_change_of_half_a_percent_and_500_is_rounding(change: dict[str, Any], material: bool) -> None:
    assert is_material(LAST, replace(LAST, **change)) == material
