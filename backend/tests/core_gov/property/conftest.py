"""Fixtures for the tests of properties."""

from collections.abc import Callable
from typing import Any

import pytest

from backend.app.bootstrap import Store
from backend.app.core_gov.property import service
from backend.app.core_gov.property.schemas import (
    PropertyCreate,
    PropertyRecord,
)
from backend.app.kit.db import Ctx
from backend.app.kit.records import Stored

Keep = Callable[..., Stored[PropertyRecord]]


@pytest.fixture
def keep(store: Store, ctx: Ctx) -> Keep:
    """Return a function that creates a property."""

    def create(**fields: Any) -> Stored[PropertyRecord]:
        payload = PropertyCreate.model_validate({"address": "1 Main St", **fields})
        return store.db.write_now(ctx, service.create_property, payload)

    return create
