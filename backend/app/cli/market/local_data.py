"""`valhalla market import-rents`, `load-rent-benchmark`, `load-factors`, and `valhalla property load-costs`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from backend.app.cli import files
from backend.app.cli.terminal import opened_store, out, progress
from backend.app.kit import clock

if TYPE_CHECKING:
    from backend.app.kit.data_files.import_rows import TableImport

market = typer.Typer()
"""Commands of this module in the group `valhalla market`."""

property_ = typer.Typer()
"""Commands of this module in the group `valhalla property`."""

Mapping = Annotated[
    list[str] | None, typer.Option("--map", metavar="FIELD=COLUMN", help="Read FIELD from COLUMN; may be repeated")
]
Constants = Annotated[
    list[str] | None, typer.Option("--set", metavar="FIELD=VALUE", help="The same value for every row; may be repeated")
]
Source = Annotated[str | None, typer.Option(help="Name of the source (default: the file's name)")]


@market.command("import-rents")
def import_rents(
    file: files.Table,
    mapping: Mapping = None,
    constants: Constants = None,
    source: Source = None,
    rejected: files.Rejected = None,
    force: files.ForceRejected = False,
) -> None:
    """Import the rents in FILE, from which rents are estimated. Safe to run again."""
    from backend.app.core_gov.rents import import_rents as importing

    request = _request(file, mapping, constants, source, rejected, force=force)
    with opened_store() as (store, ctx), progress(file.name) as report:
        done = importing.import_rents(store.db, ctx, request, clock.today(), report)
    files.report(done)


@market.command("load-rent-benchmark")
def load_rent_benchmark(
    file: files.Table,
    mapping: Mapping = None,
    constants: Constants = None,
    source: Source = None,
    rejected: files.Rejected = None,
    force: files.ForceRejected = False,
) -> None:
    """Load the area rents in FILE, used where rental comps are few. Safe to run again."""
    from backend.app.core_gov.rents import import_rents as importing

    request = _request(file, mapping, constants, source, rejected, force=force)
    with opened_store() as (store, ctx), progress(file.name) as report:
        done = importing.load_benchmarks(store.db, ctx, request, report)
    files.report(done)


@market.command("load-factors")
def load_factors(
    file: files.Table,
    source: Annotated[str, typer.Option(help="Name of the source")],
    mapping: Mapping = None,
    constants: Constants = None,
    rejected: files.Rejected = None,
    force: files.ForceRejected = False,
) -> None:
    """Load the place factors in FILE (walkability, transit, schools) for neighborhood ratings. Safe to run again."""
    from backend.app.core_gov.neighborhood import import_factors as importing

    request = _request(file, mapping, constants, source, rejected, force=force)
    with opened_store() as (store, ctx), progress(file.name) as report:
        done = importing.load_factors(store.db, ctx, request, clock.today(), report)
    files.report(done)


def _request(
    file: Path,
    mapping: list[str] | None,
    constants: list[str] | None,
    source: str | None,
    rejected: Path | None,
    *,
    force: bool,
) -> "TableImport":
    """Return the import request of a command. Raises BadInput for malformed options."""
    from backend.app.kit.data_files.column_mapping import pairs
    from backend.app.kit.data_files.import_rows import TableImport

    rejects = files.rejects_to(rejected, force=force, inputs=[file])
    return TableImport(file, pairs(mapping or ()), pairs(constants or ()), source, rejects)


@property_.command("load-costs")
def load_costs(
    file: Annotated[
        Path,
        typer.Argument(help="A .csv file: trade, item, unit, low, mid, high, source", exists=True, dir_okay=False),
    ],
    currency: Annotated[str, typer.Option(help="Currency of the costs: CAD or USD")],
    source: Annotated[str, typer.Option(help="Name of the source")],
    as_of: Annotated[str, typer.Option(help="Date of the costs, such as 2026-01-31")],
) -> None:
    """Replace the unit costs for repair estimates by those in FILE. Earlier versions stay on file."""
    from backend.app.core_gov.repairs import service
    from backend.app.core_gov.repairs.cost_file import read_costs

    payload = read_costs(file, {"currency": currency.upper(), "source": source, "as_of": as_of})
    with opened_store() as (store, ctx):
        stored, new = store.db.write_now(ctx, service.load_costs, payload)
    verb = "stored as" if new else "were already on file as"
    out.print(f"{len(payload.costs):,} unit costs {verb} {stored.fields['id']}")
