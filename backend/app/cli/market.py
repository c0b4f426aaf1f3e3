"""`valhalla market …`."""

from pathlib import Path
from typing import Annotated

import typer

from backend.app.cli import feeds, files, index, local_data, valuing
from backend.app.cli.terminal import opened_store, out, progress

app = typer.Typer(no_args_is_help=True, help="Market data: sales, appraisals, and what is computed from them.")
app.add_typer(index.app)
app.add_typer(local_data.market)
app.add_typer(feeds.app)
app.add_typer(valuing.market)

Market = Annotated[str, typer.Option("--market", metavar="NAME", help="The market, such as king-county")]


@app.command("import-sales")
def import_sales(
    file: files.Table,
    market: Market,
    profile: Annotated[
        str, typer.Option(metavar="PROFILE", help="king-county, reso, or a mapping file ending in .toml")
    ],
    country: Annotated[str | None, typer.Option(help="CA or US: where the market is, on its first import")] = None,
    currency: Annotated[str | None, typer.Option(help="CAD or USD: what its prices are in")] = None,
    source: Annotated[
        str | None, typer.Option(help="The source that the sales belong to (default: the profile's name)")
    ] = None,
    rejected: files.Rejected = None,
    force: files.ForceRejected = False,
) -> None:
    """Take the sales in FILE on file, and screen the market; safe to run again."""
    from backend.app.core_gov.market.importing import import_sales as importing
    from backend.app.core_gov.market.importing.profiles import profile as named

    mapping = [Path(profile)] if profile.endswith(".toml") else []
    rejects = files.rejects_to(rejected, force=force, inputs=[file, *mapping])
    asked = importing.ImportRequest(market, named(profile), country, currency, source)
    with opened_store() as (store, ctx):
        result = importing.import_sales(store.db, ctx, file, asked, progress, rejects_to=rejects)
    files.report(result)


@app.command("import-appraisals")
def import_appraisals(
    file: files.Table,
    market: Market,
    mapping: Annotated[
        Path | None, typer.Option(help="A mapping file ending in .toml (default: columns named as the fields)")
    ] = None,
    rejected: files.Rejected = None,
    force: files.ForceRejected = False,
) -> None:
    """Take the appraisals in FILE on file; safe to run again."""
    from backend.app.core_gov.market.importing import import_appraisals as importing

    rejects = files.rejects_to(rejected, force=force, inputs=[file, *([mapping] if mapping else ())])
    with opened_store() as (store, ctx), progress(file.name) as report:
        result = importing.import_appraisals(store.db, ctx, file, market, mapping, report, rejects)
    files.report(result)


@app.command("screen")
def screen(
    market: Market,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would change, and change nothing")] = False,
) -> None:
    """Flag the sales of a market anew by the rules; what people flagged or lifted stays."""
    from backend.app.core_gov.market import service

    with opened_store() as (store, ctx), progress("Screening") as report:
        result = service.screen(store.db, ctx, market, report, dry_run=dry_run)
    verb = "would change" if dry_run else "changed"
    for line in (*result.lines(), f"{result.changed:,} sales {verb}"):
        out.print(line)
