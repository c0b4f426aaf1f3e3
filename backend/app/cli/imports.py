"""`valhalla import …`."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from backend.app.cli import files
from backend.app.cli.terminal import opened_store, progress
from backend.app.core_gov.comms.consent.import_csv import import_opt_outs as import_csv_of_opt_outs
from backend.app.core_gov.property import import_csv
from backend.app.kit import clock
from backend.app.kit.data_files.column_mapping import pairs
from backend.app.kit.errors import BadInput

app = typer.Typer(no_args_is_help=True, help="Import records from files.")


@app.command("properties")
def import_properties(
    file: Annotated[Path, typer.Argument(help="A .csv or .csv.gz file with a header", exists=True, dir_okay=False)],
    mapping: Annotated[
        list[str] | None,
        typer.Option(
            "--map", metavar="FIELD=COLUMN", help="Read FIELD from COLUMN, or from a template with {Column} in it"
        ),
    ] = None,
    constants: Annotated[
        list[str] | None, typer.Option("--set", metavar="FIELD=VALUE", help="The same value for every row")
    ] = None,
    keep_rest: Annotated[bool, typer.Option("--keep-rest", help="Keep the other columns in meta")] = False,
    rejected: files.Rejected = None,
    force: files.ForceRejected = False,
) -> None:
    """Import the properties in FILE. Safe to run again."""
    rejects = files.rejects_to(rejected, force=force, inputs=[file])
    columns, fixed = pairs(mapping or ()), pairs(constants or ())
    with opened_store() as (store, ctx), progress(file.name) as report:
        result = import_csv.import_properties(
            store.db, ctx, file, columns, fixed, report, keep_rest=keep_rest, rejects_to=rejects
        )
    files.report(result)


@app.command("opt-outs")
def import_opt_outs(
    file: Annotated[Path, typer.Argument(help="A .csv or .csv.gz file with a header", exists=True, dir_okay=False)],
    listed_on: Annotated[str, typer.Option("--listed-on", metavar="DATE", help="Date of the list, as 2026-01-31")],
    mapping: Annotated[
        list[str] | None, typer.Option("--map", metavar="FIELD=COLUMN", help="Read FIELD from COLUMN")
    ] = None,
    constants: Annotated[
        list[str] | None, typer.Option("--set", metavar="FIELD=VALUE", help="The same value for every row")
    ] = None,
    rejected: files.Rejected = None,
    force: files.ForceRejected = False,
) -> None:
    """Import the do-not-contact list in FILE. Its fields are address, channel and note. Safe to run again."""
    try:
        day = date.fromisoformat(listed_on)
    except ValueError:
        raise BadInput(f"--listed-on {listed_on[:40]!a} is not a date; write it like 2026-01-31") from None
    if day.isoformat() > clock.today():
        raise BadInput(f"--listed-on {day} is in the future")
    rejects = files.rejects_to(rejected, force=force, inputs=[file])
    columns, fixed = pairs(mapping or ()), pairs(constants or ())
    with opened_store() as (store, ctx), progress(file.name) as report:
        result = import_csv_of_opt_outs(
            store.db, ctx, file, columns, fixed, day.isoformat(), report, rejects_to=rejects
        )
    files.report(result)
