"""Fictional sales in the format of the real ones, and demos built from them. Nothing is installed or downloaded."""

import json
from pathlib import Path
from typing import Any

from backend.app.demo import company, place
from backend.app.demo.sales import DemoSale
from backend.app.settings import Settings

MIN_SALES = 40


def made_up_sales(count: int = 80) -> list[DemoSale]:
    zips = (98001, 98033, 98042, 98103, 98118, 98178)
    return [
        DemoSale(
            parcel=1_000_000 + 7919 * number, sold_on=f"2014-{number % 12 + 1:02}-15", price=230_000 + 5_500 * number,
            beds=number % 4 + 1, baths=1 + number % 5 / 4, sqft=800 + 20 * number, lot_sqft=5_000 + number,
            floors=1 + number % 2, year_built=1920 + number, condition=number % 4 + 2, grade=number % 5 + 5,
            zipcode=zips[number % len(zips)],
            latitude=47.5 + number // 9 * 0.004, longitude=-122.3 + number % 9 * 0.006,
        )
        for number in range(count)
    ]  # fmt: skip


def build(root: Path) -> None:
    with place.building(root) as facts:
        facts.update(company.create(Settings(data_dir=root.parent / "data"), root, made_up_sales(), MIN_SALES, print))


def items(root: Path, file: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((root / file).read_text())["items"]
    return found


def everything(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


def failing_python(tmp_path: Path, says: str) -> str:
    script = tmp_path / "python"
    script.write_text(f"#!/bin/sh\ncat <<'END'\n{says}\nEND\nexit 1\n")
    script.chmod(0o755)
    return str(script)
