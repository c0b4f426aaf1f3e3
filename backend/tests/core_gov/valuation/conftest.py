"""Small, fast trees for the modules that declare them."""

from collections.abc import Iterator

import pytest

from backend.app.core_gov.valuation.model import ensemble, training


@pytest.fixture(scope="module", autouse=True)
def small_trees(request: pytest.FixtureRequest) -> Iterator[None]:
    """Train with the settings `SMALL` of the module, if it has any."""
    small = getattr(request.module, "SMALL", None)
    with pytest.MonkeyPatch.context() as patch:
        for module in (ensemble, training) if small is not None else ():
            patch.setattr(module, "settings_for", lambda count: small)
        yield
