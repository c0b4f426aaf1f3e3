"""`valhalla market import-sales`, `import-appraisals` and `screen`."""

from pathlib import Path
from typing import Annotated

import typer

from backend.app.cli import files
from backend.app.cli.market.options import Market, OptionalMarket
from backend.app.cli.terminal import opened_store, out, progress
from backend.app.kit.output.output_file import write_text
from backend.app.kit.text import counted

app = typer.Typer()


@app.command("import-sales")
def import_sales(
    file: files.Table,
    market: OptionalMarket = None,
    profile: Annotated[
        str | None, typer.Option(metavar="PROFILE", help="king-county, reso, or a mapping file ending in .toml")
    ] = None,
    country: Annotated[str | None, typer.Option(help="Country of a new market: CA or US")] = None,
    currency: Annotated[str | None, typer.Option(help="Currency of a new market: CAD or USD")] = None,
    source: Annotated[str | None, typer.Option(help="Name of the source (default: the profile's name)")] = None,
    rejected: files.Rejected = None,
    force: Annotated[
        bool, typer.Option("--force", help="With --rejected or --out: replace that file if it exists")
    ] = False,
    suggest: Annotated[
        bool, typer.Option("--suggest", help="Import nothing: print a mapping for FILE, with what is not certain")
    ] = False,
    mapping_to: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="With --suggest: the file for the mapping")
    ] = None,
) -> None:
    """Import the sales in FILE and screen the market. Safe to run again."""
    if suggest:
        _suggest(file, mapping_to, force=force)
        return
    if mapping_to is not None:
        raise typer.BadParameter("requires --suggest", param_hint="--out")
    if market is None or profile is None:
        raise typer.BadParameter("is required", param_hint="--market" if market is None else "--profile")
    from backend.app.core_gov.market.importing import import_sales as importing
    from backend.app.core_gov.market.importing.profiles import profile as named

    mapping = [Path(profile)] if profile.endswith(".toml") else []
    rejects = files.rejects_to(rejected, force=force, inputs=[file, *mapping])
    request = importing.ImportRequest(market, named(profile), country, currency, source)
    with opened_store() as (store, ctx):
        result = importing.import_sales(store.db, ctx, file, request, progress, rejects_to=rejects)
    files.report(result)


def _suggest(file: Path, to: Path | None, *, force: bool) -> None:
    """Print a mapping for a file, or write it to a file."""
    from backend.app.core_gov.market.suggestion.suggest import suggest_mapping

    output = None if to is None else files.output(to, force=force, inputs=[file])
    text = suggest_mapping(file)
    if output is None:
        with out.binary() as stream:
            stream.write(text.encode())
    else:
        write_text(output, text)
        out.print(f"the mapping is in {to}: read it, and correct what it is not sure of")


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
