"""Today is the company's day: an evening in Vancouver is not yet tomorrow, though it is in UTC."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from backend.app.bootstrap import Store, open_store
from backend.app.core_gov.market import service as markets
from backend.app.core_gov.market.appraisals import service as appraisals
from backend.app.core_gov.market.appraisals.schemas import AppraisalCreate
from backend.app.core_gov.market.importing.import_sales import ImportRequest, import_sales
from backend.app.core_gov.market.importing.profiles import profile
from backend.app.core_gov.market.schemas import MarketCreate
from backend.app.core_gov.market.search.summary import market_summary
from backend.app.core_gov.property import service as properties
from backend.app.core_gov.property.comparison import compare
from backend.app.core_gov.property.schemas import CompsRequest, PropertyCreate
from backend.app.core_gov.property.valuation import value
from backend.app.core_gov.valuation.schemas import ValuationRequest
from backend.app.kit import clock
from backend.app.kit.db import Ctx
from backend.app.kit.errors import BadInput
from backend.app.settings import Settings
from backend.tests.backups.quiet import quiet
from backend.tests.harness import ROOT
from backend.tests.promises import promise

EVENING = "2026-06-16T04:30:00.000000Z"
TODAY, TOMORROW = "2026-06-15", "2026-06-16"


@pytest.fixture(autouse=True)
def zone_of_the_system() -> Iterator[None]:
    yield
    clock.use_zone(None)


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """A store of a company in Vancouver, in the evening, with a market."""
    monkeypatch.setattr(clock, "now", lambda: EVENING)
    with open_store(Settings(data_dir=tmp_path / "data", time_zone="America/Vancouver")) as opened:
        market = MarketCreate(name="elm", country="US", currency="USD")
        opened.db.write_now(Ctx("dana", "cli"), markets.create_market, market)
        yield opened


@promise("Operations", "Today is the day of the company's time zone, a setting.")
def test_day_of_the_company_is_the_default_and_the_limit(store: Store, ctx: Ctx) -> None:
    place = PropertyCreate(address="1 Elm St", country="US", market="elm", latitude=47.5, longitude=-122.2)
    house = store.db.write_now(ctx, properties.create_property, place).fields["id"]

    def appraisal(day: str) -> Any:
        payload = AppraisalCreate.model_validate(
            {"property_id": house, "value": 1, "date": day, "source": "county", "currency": "USD"}
        )
        return store.db.write_now(ctx, appraisals.create_appraisal, payload)

    def comparison(day: str | None) -> Any:
        return store.db.write_now(
            ctx, properties.save_comps, compare(store.db, CompsRequest(property_id=house, as_of=day))
        )

    def valuation(day: str | None) -> Any:
        return value(store.db, house, ValuationRequest(as_of=day))

    assert comparison(None).fields["as_of"] == comparison(TODAY).fields["as_of"] == TODAY
    assert market_summary(store.db, "elm", None).as_of == market_summary(store.db, "elm", TODAY).as_of == TODAY
    assert appraisal(TODAY).fields["date"] == TODAY
    for act in (comparison, valuation, appraisal, lambda day: market_summary(store.db, "elm", day)):
        with pytest.raises(BadInput, match=f"{TOMORROW} (is in the future|has not come yet)"):
            act(TOMORROW)


def test_imported_sale_of_tomorrow_is_in_the_future(store: Store, ctx: Ctx, tmp_path: Path) -> None:
    mapping = tmp_path / "m.toml"
    mapping.write_text('[columns]\nprice = "price"\nclose_date = "sold"\nbeds = "beds"\n')
    file = tmp_path / "sales.csv"
    file.write_text(f"price,sold,beds\n500000,{TODAY},3\n500000,{TOMORROW},3\n")
    result = import_sales(store.db, ctx, file, ImportRequest("elm", profile(str(mapping))), quiet)
    assert (result.stored, result.rejected) == (1, 1)


def test_no_module_takes_the_day_from_utc() -> None:
    """`clock.today` and `clock.local_day` know the zone."""
    found = [
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "backend" / "app").rglob("*.py")
        if re.search(r"\bnow(\(\))?\[:10\]|date\.today\(\)|utcnow", path.read_text(encoding="utf-8"))
    ]
    assert found == []
