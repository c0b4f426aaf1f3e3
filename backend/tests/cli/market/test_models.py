"""`valhalla market models …` and the use of a model of today: output and errors."""

from dataclasses import replace
from pathlib import Path

import pytest

from backend.app.bootstrap import Store, open_store
from backend.app.core_gov.market.sales_cache import sales_of
from backend.app.core_gov.property import service as properties
from backend.app.core_gov.property.schemas import PropertyCreate
from backend.app.core_gov.valuation import store as valuation_store
from backend.app.kit import clock
from backend.app.settings import Settings
from backend.tests.cli.conftest import Command
from backend.tests.core_gov.valuation import town
from backend.tests.promises import promise


@pytest.fixture
def valhalla(tmp_path: Path, command: Command, monkeypatch: pytest.MonkeyPatch) -> Command:
    """A function that runs commands on a store with the town, a model of it, an earlier one, and a property."""
    with open_store(Settings(data_dir=tmp_path)) as store:
        town.stock(store.db, town.CUT)
        keep(store, "mdl_earlier", "2025-01-01")
        store.db.write_now(town.CLERK, properties.create_property, PropertyCreate.model_validate(town.HOME))
    monkeypatch.setenv("VALHALLA_DATA_DIR", str(tmp_path))
    return command


def keep(store: Store, key: str, until: str, *, in_use: bool = True) -> None:
    """Store a copy of the town's model under another id and day, as if trained on the sales before it."""
    card, body = town.trained(town.CUT)
    digest = sales_of(store.db, "town").fingerprint_before(town.day_of(until))
    kept = replace(card, id=key, until=until, fingerprint=digest, in_use=in_use)
    store.db.write_now(town.CLERK, valuation_store.add_model, kept, body)


def uses(valhalla: Command, *words: str) -> list[tuple[str, str]]:
    lines = valhalla("market", "models", *words, "--market", "town").splitlines()
    return sorted((line.split("  ")[0], line.split("  ")[-1]) for line in lines)


def test_list_names_further_columns(valhalla: Command, tmp_path: Path) -> None:
    card, body = town.trained(town.CUT)
    columns = [
        {"name": "garage", "kind": "numeric", "known": 0.974, "rank_correlation": 0.4},
        {"name": "style", "kind": "categorical", "known": 1.0, "rank_correlation": None},
    ]
    named = replace(card, id="mdl_further", facts=card.facts | {"extra_columns": columns})
    with open_store(Settings(data_dir=tmp_path)) as store:
        store.db.write_now(town.CLERK, valuation_store.add_model, named, body)
    lines = valhalla("market", "models", "--market", "town").splitlines()
    (place,) = (at for at, line in enumerate(lines) if line.startswith("mdl_further"))
    further = "  further columns: garage (numeric, known for 97 %), style (categorical, known for 100 %)"
    assert [at for at, line in enumerate(lines) if line == further] == [place + 1]


@promise("Valuation", "A person chooses the model that values use; newer ones are set aside and can be used again.")
@promise("Valuation", "The model that values of today use cannot be deleted; another one can.")
def test_model_is_used_and_another_deleted(valhalla: Command) -> None:
    newer = town.trained(town.CUT)[0].id
    assert uses(valhalla) == [(newer, "in use"), ("mdl_earlier", "in use for earlier days")]
    said = valhalla("market", "models", "delete", newer, status=1)
    assert said.startswith(f"valhalla: {newer} is the model that values of today use: put another one of town to use")
    for _ in range(2):
        said = valhalla("market", "models", "use", "mdl_earlier")
        assert said == "mdl_earlier is used for values of town from 2025-01-01 on\n"
    assert uses(valhalla, "list") == [(newer, "set aside"), ("mdl_earlier", "in use")]
    said = valhalla("market", "models", "delete", newer)
    assert said == f"{newer} of town, trained on sales before {town.CUT}, is deleted\n"
    assert valhalla("market", "models", "use", newer, status=1) == "valhalla: model not found"
    assert "--market" in valhalla("market", "models", status=2)
    assert "--market" in valhalla("market", "models", "--market", "town", "use", "mdl_earlier", status=2)


@promise("Valuation", "`valhalla market models compare` compares errors on later sales, training data, and values.")
def test_models_are_compared(valhalla: Command) -> None:
    said = valhalla("market", "models", "compare", "mdl_earlier")
    since = sum(sale.close_date >= town.CUT for sale in town.everything())
    assert said.startswith(f"{since} sales since {town.CUT}, each valued as of its own day:")
    assert "drift of the training sales, from 2025-01-01 to 2025-04-01 (population stability index):" in said
    assert "of the properties on file (1) move by 0.0 % in the median, 9 in 10 by at most 0.0 %" in said


def test_model_of_today_that_was_set_aside_is_used_if_asked(valhalla: Command, tmp_path: Path) -> None:
    with open_store(Settings(data_dir=tmp_path)) as store:
        keep(store, "mdl_today", clock.today(), in_use=False)
    train = ("market", "train", "--market", "town")
    said = valhalla(*train).splitlines()
    assert said[0].startswith("mdl_today already on file")
    assert said[-1] == "it is set aside; `valhalla market models use mdl_today` uses it"
    assert "set aside" not in valhalla(*train, "--use")
    assert ("mdl_today", "in use") in uses(valhalla)
