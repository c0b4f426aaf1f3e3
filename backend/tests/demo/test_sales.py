"""Reading and sampling of the sales for the demo."""

from pathlib import Path

import pytest

from backend.app.demo.sales import pick, read_sales
from backend.app.kit.errors import StartError
from backend.tests.demo.demo_data import made_up_sales


def test_sample_covers_all_zip_codes_regardless_of_order() -> None:
    sales = made_up_sales()
    found = pick(sales, 12)
    assert found == pick(reversed(sales), 12)
    assert len({sale.zipcode for sale in found}) == 6
    assert len({sale.parcel for sale in found}) == 12


def test_too_few_sales_are_refused() -> None:
    with pytest.raises(StartError, match="can have at most 80 properties in King County, not 81"):
        pick(made_up_sales() * 2, 81)


def test_unreadable_sales_file_is_refused(tmp_path: Path) -> None:
    damaged = tmp_path / "house_prices.parquet"
    damaged.write_bytes(b"PAR1")
    with pytest.raises(StartError, match=r"house_prices.parquet cannot be read .*pip uninstall"):
        read_sales(damaged)
