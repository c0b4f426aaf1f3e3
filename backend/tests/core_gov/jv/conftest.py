"""A joint venture of two partners and one deal, on both databases."""

import httpx
import pytest

from backend.tests.core_gov.jv.joint_venture import JointVenture, joint_venture


@pytest.fixture
def jv(shared_api: httpx.Client) -> JointVenture:
    return joint_venture(shared_api)
