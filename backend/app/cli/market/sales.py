"""`valhalla market import-sales`, `import-appraisals` and `screen`."""

from pathlib import Path
from typing import Annotated

import typer

from backend.app.cli import files
from backend.app.cli.terminal import opened_store, out, progress
from backend.app.kit.text import counted

app = typer.Typer()

Market = Annotated[str, typer.Option("--market", metavar="NAME", help="The market, such as king-county")]


@app.command("import-sales")
def import_sales(
    file: files.Table,
    market: Market,
    profile: Annotated[
        str, typer.Option(metavar="PROFILE", help="king-county, reso, or a mapping file ending in .toml")
    ],
    country: Annotated[str | None, typer.Option(help="Country of a new market: CA or US")] = None,
    currency: Annotated[str | None, typer.Option(help="Currency of a new market: CAD or USD")] = None,
    source: Annotated[str | None, typer.Option(help="Name of the source (default: the profile's name)")] = None,
    rejected: files.Rejected = None,
    force: files.ForceRejected = False,
) -> None:
    """Import the sales in FILE and screen the market. Safe to run again."""
    from backend.app.core_gov.market.importing import import_sales as importing
    from backend.app.core_gov.market.importing.profiles import profile as named

    mapping = [Path(profile)] if profile.endswith(".toml") else []
    rejects = files.rejects_to(rejected, force=force, inputs=[file, *mapping])
    request = importing.ImportRequest(market, named(profile), country, currency, source)
    with opened_store() as (store, ctx):
        result = importing.import_sales(store.db, ctx, file, request, progress, rejects_to=rejects)
    files.report(result)


@app.command("import-appraisals")
def import_appraisals(
    file: files.Table,
    market: Market,
    mapping: Annotated[
        Path | None, typer.Option(help="A mapping file ending in .toml (default: columns named like the fields)")
    ] = None,
    rejected: files.Rejected = None,
    force: files.ForceRejected = False,
) -> None:
    """Import the appraisals in FILE. Safe to run again."""
    from backend.app.core_gov.market.importing import import_appraisals as importing

    rejects = files.rejects_to(rejected, force=force, inputs=[file, *([mapping] if mapping else ())])
    with opened_store() as (store, ctx), progress(file.name) as report:
        result = importing.import_appraisals(store.db, ctx, file, market, mapping, report, rejects)
    files.report(result)


@app.command("screen")
def screen(
    market: Market,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print what would change, but change nothing")] = False,
) -> None:
    """Screen the sales of a market again. Flags that people set or lifted stay."""
    from backend.app.core_gov.market import service

    with opened_store() as (store, ctx), progress("Screening") as report:
        result = service.screen(store.db, ctx, market, report, dry_run=dry_run)
    verb = "would change" if dry_run else "changed"
    for line in (*result.lines(), f"{counted(result.changed, 'sales')} {verb}"):
        out.print(line)
