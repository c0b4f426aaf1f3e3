"""Parsers, called as the application calls them. They may raise only `REFUSALS`."""

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from typing import Any

import httpx

import backend.app
from backend.app.core_gov.geography.address_key import AddressPlace, normalize_address, same_place
from backend.app.core_gov.market.importing.profiles import SaleReader, hash_of, key_of, ready
from backend.app.core_gov.market.importing.record_map import compile_map
from backend.app.core_gov.market.importing.sale_checks import KINDS, REQUIRED, SaleTerms
from backend.app.core_gov.mls import feeds, queries
from backend.app.core_gov.mls.client import Client
from backend.app.core_gov.mls.listings import classify
from backend.app.core_gov.mls.odata import ODataPage, mark_of, read_page
from backend.app.core_gov.mls.profiles import PROFILES
from backend.app.core_gov.mls.throttle import Clock, RequestPacing
from backend.app.kit import contact_details, strict_json
from backend.app.kit.archive import zip_file
from backend.app.kit.archive.manifest import Tally
from backend.app.kit.archive.source import tallied
from backend.app.kit.data_files.csv_table import read_csv
from backend.app.kit.data_files.parquet_pages import batch_rows
from backend.app.kit.data_files.toml_file import parse_toml
from backend.app.kit.errors import AppError
from soak.fuzz import seeds

REFUSALS = (AppError, ValueError)
"""Errors with a message for the sender of the input. UnicodeError is a ValueError but does not count."""

Parse = Callable[[bytes], object]


@dataclass(frozen=True, slots=True)
class Target:
    """A parser and its seeds. `make` gets a working directory and a random generator."""

    make: Callable[[Path, random.Random], Parse]
    seeds: Sequence[bytes]


def _json(directory: Path, rng: random.Random) -> Parse:
    return strict_json.parse


def _csv(directory: Path, rng: random.Random) -> Parse:
    path = directory / "file.csv"

    def parse(data: bytes) -> None:
        path.write_bytes(data)
        for row in read_csv(path).rows():
            assert len(row.cells) >= 1

    return parse


RAW: dict[str, Any] = {
    "Price": "$300,000", "P": "1", "A": "2", "B": "x", "Sold": "03/01/2015", "D": "2015-03-01", "Y": 2015, "M": 2,
    "Beds": "3", "Size": "100", "No": "12", "Street": "Elm", "Id": 7, "Status": "Sold", "id": "1", "odd": date.min,
}  # fmt: skip


def _mapping(directory: Path, rng: random.Random) -> Parse:
    """Parse mapping files, apply them to a record, and parse feeds files."""

    def parse(data: bytes) -> None:
        document = parse_toml(data, "f.toml")
        if "columns" not in document:
            for name, table in document.items():
                feeds._feed(Path("feeds.toml"), directory, name, table)
            return
        map_ = compile_map(document, KINDS, REQUIRED, "f.toml")
        fields, _ = map_.fields(RAW)
        key_of(map_, RAW, fields)
        hash_of(RAW)

    return parse


def _archive(directory: Path, rng: random.Random) -> Parse:
    """Read archives: the input is the file, its manifest or its lines."""
    path = directory / "file.zip"

    def parse(data: bytes) -> None:
        match rng.randrange(3):
            case 0:
                path.write_bytes(data)
            case 1:
                path.write_bytes(seeds.archive(("manifest.json", data), ("docs.jsonl", seeds.LINE)))
            case _:
                path.write_bytes(seeds.archive(("manifest.json", seeds.manifest(data)), ("docs.jsonl", data)))
        with zip_file.reading(path) as source:
            for name in source.shapes:
                for lines in tallied(source, name, Tally()):
                    for line in lines[:100]:
                        strict_json.parse(line)
            source.digest()

    return parse


def _odata(directory: Path, rng: random.Random) -> Parse:
    """Read whole HTTP exchanges: random headers, and the input as the body."""
    token = directory / "token"
    token.write_text("secret")
    table = feeds.FeedTable.model_validate(
        {"market": "m", "profile": "generic", "url": "http://127.0.0.1/odata", "auth": {"token_file": str(token)}}
    )
    feed = feeds.Feed("a", table, PROFILES["generic"], token, None)
    client = Client(feed, RequestPacing((), Clock(sleep=lambda seconds: None)), max_bytes=4_000_000)
    reader = SaleReader(ready("reso"), SaleTerms("US", "USD", "2026-01-31"))
    codings = ("", "", "", "gzip", "gzip, gzip", "br", "deflate")

    def parse(data: bytes) -> None:
        headers = {"content-type": "application/json", "content-encoding": rng.choice(codings)}
        status = rng.choice((200, 200, 200, 200, 400, 429))

        def respond(request: httpx.Request) -> httpx.Response:
            return httpx.Response(status, headers=headers, stream=httpx.ByteStream(data))

        client._sent = 0
        client._http = httpx.Client(transport=httpx.MockTransport(respond))
        page: ODataPage = client.get("http://127.0.0.1/odata/Property", read_page).data
        for record in page.records:
            mark_of(record)
        classify(page.records, reader.sale)
        if page.link is not None:
            client._check_origin(queries.absolute_url(page.link, "http://127.0.0.1/odata/Property"))

    return parse


def _address(directory: Path, rng: random.Random) -> Parse:
    """Parse address lines of at most 500 characters, with or without the other parts of the address."""

    def parse(data: bytes) -> None:
        text = data.decode("utf-8", "replace")[:500]
        city, region, postal = (rng.choice((None, text[:200], "Toronto", "ON", "M5V 2T6")) for _ in range(3))
        country = rng.choice(("CA", "US"))
        key = normalize_address(text, city, region, postal, country)
        place = AddressPlace(key, city, region, postal, country)
        assert not key or same_place(place, place)

    return parse


def _phone(directory: Path, rng: random.Random) -> Parse:
    """Parse phone numbers and email addresses."""

    def parse(data: bytes) -> None:
        text = data.decode("utf-8", "replace")
        if "@" in text:
            contact_details.check_email(text, allow_private=rng.random() < 0.5)
        else:
            contact_details.parse_phone(text, rng.choice(("CA", "US", "GB")))

    return parse


def _patterns(directory: Path, rng: random.Random) -> Parse:
    """Apply every regular expression of the application as it is used, to texts as long as a cell can be."""
    root = Path(str(backend.app.__file__)).parent
    source = "\n".join(path.read_text(encoding="utf-8") for path in sorted(root.rglob("*.py")))
    found = {
        (name, value)
        for module in walk_packages(backend.app.__path__, "backend.app.")
        if not module.name.endswith("__main__")
        for name, value in vars(import_module(module.name)).items()
        if isinstance(value, re.Pattern)
    }
    uses = [
        getattr(pattern, use)
        for name, pattern in sorted(found, key=str)
        for use in set(re.findall(rf"\b{name}(?:[^\n()]*\))?\.(match|fullmatch|search|findall|split)\(", source))
        or {"findall"}
    ]

    def parse(data: bytes) -> None:
        use = rng.choice(uses)
        repeated = (data[: rng.choice((1, 2, 3, 8, 40))] or b"a") * 131_072
        text: Any = data[:200] + repeated[:131_072] + data[-200:]
        use(text if isinstance(use.__self__.pattern, bytes) else text.decode("utf-8", "replace"))

    return parse


def _parquet(directory: Path, rng: random.Random) -> Parse:
    """Read the parts of a Parquet file that are checked before the reader opens it."""
    path = directory / "file.parquet"

    def parse(data: bytes) -> None:
        path.write_bytes(data + len(data).to_bytes(4, "little") + b"PAR1")
        batch_rows(path)

    return parse


TARGETS = {
    "strict JSON": Target(_json, seeds.JSON),
    "CSV": Target(_csv, seeds.CSV),
    "mapping": Target(_mapping, seeds.MAPPING),
    "archive": Target(_archive, [*seeds.ARCHIVE, *seeds.MANIFESTS, *seeds.LINES]),
    "OData page": Target(_odata, seeds.ODATA),
    "address": Target(_address, seeds.ADDRESS),
    "phone": Target(_phone, seeds.PHONE),
    "patterns": Target(_patterns, [*seeds.ADDRESS, *seeds.PHONE, *seeds.MAPPING[:4], b"a.", b"1,", b" $", b"CAD "]),
    "Parquet": Target(_parquet, seeds.PARQUET),
}
