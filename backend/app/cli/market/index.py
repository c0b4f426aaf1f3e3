"""`valhalla market load-index`, `index` and `export-sales`."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from backend.app.cli import files
from backend.app.cli.terminal import opened_store, opened_to_read, out, progress
from backend.app.kit.errors import BadInput
from backend.app.kit.fields import faults_of
from backend.app.kit.text import counted

app = typer.Typer()


class IndexSource(StrEnum):
    """Publishers of price index files."""

    fhfa = "fhfa"
    statcan = "statcan"


@app.command("load-index")
def load_index(
    file: files.Table,
    source: Annotated[IndexSource, typer.Option(help="Publisher of the file")],
    places: Annotated[
        list[str] | None,
        typer.Option("--place", metavar="PLACE", help="Load only this place (name or FIPS code); may be repeated"),
    ] = None,
    rejected: files.Rejected = None,
    force: files.ForceRejected = False,
) -> None:
    """Load a published price index, for markets with few sales of their own. Safe to run again."""
    from backend.app.core_gov.market.indexes import service

    rejects = files.rejects_to(rejected, force=force, inputs=[file])
    with opened_store() as (store, ctx), progress(file.name) as report:
        result = service.load_index(store.db, ctx, file, source.value, report, places=places or (), rejects_to=rejects)
    files.report(result)


@app.command("index")
def index(
    market: Annotated[str, typer.Argument(metavar="MARKET", help="The market")],
    as_of: Annotated[
        str | None, typer.Option(metavar="DATE", help="Use what was known on the morning of this day (default: today)")
    ] = None,
) -> None:
    """Show the monthly price index of a market, with standard errors."""
    from backend.app.core_gov.market.search.summary import market_index
    from backend.app.core_gov.market.search.summary_schemas import AsOf

    day = _checked(AsOf, {"as_of": as_of}).as_of
    with opened_to_read() as (store, _):
        found = market_index(store.db, market, day)
    out.print(f"{found.source}, as of {found.as_of}")
    year = f"over the year {found.change_over_year:+.1%}, standard error {found.standard_error_of_year:.1%}"
    out.print(year)
    rows = [
        (each.period, f"{each.level:.2f}", f"{each.standard_error:.2%}", f"{each.sales:,}") for each in found.periods
    ]
    out.print_table(("period", "level", "standard error", "sales"), rows)


@app.command("export-sales")
def export_sales(
    market: Annotated[str, typer.Option(help="The market to export")],
    file: Annotated[Path, typer.Option("--out", help="Output file; gzipped if its name ends in .gz")],
    where: Annotated[
        list[str] | None,
        typer.Option(
            "--where", metavar="NAME=VALUE", help="Search parameter, such as since=2015-01-01; may be repeated"
        ),
    ] = None,
    force: files.Force = False,
) -> None:
    """Write the sales of a market to a CSV file, oldest first."""
    from backend.app.core_gov.market.search.export import export_sales as export
    from backend.app.core_gov.market.search.schemas import SaleFilter

    wanted = _checked(SaleFilter, {**_pairs(where or []), "market": market})
    output = files.output(file, force=force)
    with opened_to_read() as (store, _), progress(file.name) as report:
        count = export(store.db, wanted, output, report)
    out.print(f"{counted(count, 'sales', 'are in')} {file}")


def _pairs(options: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for option in options:
        name, equals, value = option.partition("=")
        if not equals or name in found:
            raise BadInput(f"--where {option}: must be NAME=VALUE, each name once")
        found[name] = value
    return found


def _checked(model: Any, values: dict[str, Any]) -> Any:
    """Return the parameters, validated as the API validates them. Raises BadInput."""
    try:
        return model.model_validate(values)
    except ValidationError as error:
        raise BadInput.of(faults_of(error)) from None
