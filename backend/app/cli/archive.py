"""`valhalla backup`, `restore`, `verify`, `export` and `transfer`."""

from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from backend.app.backups import backup as backing
from backend.app.backups import export as exporting
from backend.app.backups import restore as restoring
from backend.app.backups import transfer as moving
from backend.app.backups.store_urls import place_at, place_of
from backend.app.cli import files
from backend.app.cli.terminal import err, opened_to_read, out, progress
from backend.app.core_gov.access.admission import system_user
from backend.app.core_gov.audit import chain
from backend.app.kit import log as logs
from backend.app.kit.archive.manifest import Facts
from backend.app.kit.archive.source import InvalidRows
from backend.app.kit.archive.tables import BadArchive
from backend.app.kit.db import Ctx
from backend.app.settings import Settings, load_settings

app = typer.Typer()


class Form(StrEnum):
    csv = "csv"
    json = "json"


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The archive to write")], force: files.Force = False
) -> None:
    """Write an archive of the whole store to FILE, beside a running server too."""
    settings = _settings()
    archived = backing.backup(settings, file, progress, replace=force)
    if reason := backing.note_backup(settings, Ctx(system_user(), "cli"), file, archived):
        err.print(f"the backup stands, but the audit trail does not tell of it: {reason}", style="yellow")
    _warn_of(archived.invalid)
    out.print(f"{file}: {_total(archived.manifest.tables.values())}, {archived.size / 1e6:.1f} MB")
    out.print(f"sha256 of its content: {archived.digest}")


@app.command()
def verify(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="An archive")],
    as_json: Annotated[bool, typer.Option("--json", help="Print the manifest and the verdict as JSON")] = False,
) -> None:
    """Look at every line of the archive FILE, and say what is in it."""
    logs.configure("warning", "auto")
    try:
        archived = backing.look_through(file, progress)
    except BadArchive as error:
        if as_json:
            out.print_json({"good": False, "file": str(file), "fault": error.detail})
        raise
    manifest = archived.manifest
    if as_json:
        found: dict[str, Any] = {"good": True, "file": str(file), "size": archived.size, "sha256": archived.digest}
        first = [each.sentence for each in archived.invalid.first]
        found["invalid"] = {"count": archived.invalid.count, "first": first}
        out.print_json(found | {"manifest": manifest.model_dump()})
        return
    _print_archive(file, archived)


def _print_archive(file: Path, archived: backing.Archived) -> None:
    manifest = archived.manifest
    out.print(
        f"{file}: made {manifest.made_at} by Valhalla {manifest.version} (schema {manifest.revision}, "
        f"format {manifest.format}) of {manifest.store.get('store_id', 'a store without a name')}",
    )
    _print_tables(manifest.tables.items())
    if head := manifest.store.get(chain.HEAD_KEY):
        out.print("the audit trail ends with event {} and hash {}".format(*head.split(" ", 1)))
    _warn_of(archived.invalid)
    invalid = archived.invalid
    well = f"all can be restored, {_invalid(invalid)} included" if invalid.count else "all is well"
    out.print(f"{well}: {_total(manifest.tables.values())}, {archived.size / 1e6:.1f} MB")


@app.command()
def restore(file: Annotated[Path, typer.Argument(metavar="FILE", help="An archive")]) -> None:
    """Make the store, which must be empty and not in use, from the archive FILE."""
    settings = _settings()
    manifest = restoring.restore(settings, Ctx(system_user(), "cli"), file, progress, invalid := InvalidRows())
    _warn_of(invalid)
    out.print(f"restored {_total(manifest.tables.values())} to {place_of(settings)}")


@app.command()
def export(
    kind: Annotated[str, typer.Option(help="Which records, such as partners")],
    form: Annotated[Form, typer.Option("--format", help="csv or json")] = Form.csv,
    file: Annotated[Path | None, typer.Option("--out", help="Where to (default: standard output)")] = None,
    force: files.Force = False,
) -> None:
    """Write all records of one kind for other programs."""
    table = exporting.kind_of(kind)
    with opened_to_read() as (store, ctx):
        if file is None:
            with out.binary() as stream:
                exporting.export(store, ctx, table, form.value, stream, progress)
            return
        done = exporting.export_to(store, ctx, table, form.value, file, progress, replace=force)
    err.print(f"{file}: {done:,} {kind}")


@app.command()
def transfer(
    to: Annotated[str, typer.Option("--to", metavar="URL", help="sqlite:///FILE, json:///DIRECTORY or postgresql://…")],
    from_: Annotated[
        str | None, typer.Option("--from", metavar="URL", help="Where from (default: the store of the settings)")
    ] = None,
    start_over: Annotated[
        bool, typer.Option("--start-over", help="Take away what an interrupted transfer left, and begin anew")
    ] = False,
) -> None:
    """Bring the whole store to another place, which must be empty; run again, it goes on where it was interrupted."""
    settings = _settings()
    here = place_at(from_) if from_ else place_of(settings)
    there = place_at(to)
    facts = moving.transfer(here, there, progress, start_over=start_over, invalid=(invalid := InvalidRows()))
    _warn_of(invalid)
    _print_tables(facts.items())
    out.print(f"{there} holds what {here} holds: {_total(facts.values())}, compared line by line")


def _settings() -> Settings:
    settings = load_settings()
    logs.configure("warning", settings.log_format)
    return settings


def _invalid(invalid: InvalidRows) -> str:
    return f"{invalid.count:,} invalid {'row' if invalid.count == 1 else 'rows'}"


def _warn_of(invalid: InvalidRows) -> None:
    """Print the rows that this version would not write. They are copied unchanged."""
    for each in invalid.first:
        err.print(f"invalid: {each.sentence}", style="yellow")
    if invalid.count:
        more = invalid.count - len(invalid.first)
        rest = f" ({more:,} more are not listed)" if more else ""
        sentence = f"{_invalid(invalid)}, carried as they are{rest}; `valhalla doctor` names them in a store"
        err.print(sentence, style="yellow")


def _total(facts: Iterable[Facts]) -> str:
    return f"{sum(each.count for each in facts):,} rows"


def _print_tables(found: Iterable[tuple[str, Facts]]) -> None:
    rows = ((name, f"{facts.count:,}", f"{facts.bytes:,}", facts.sha256[:16]) for name, facts in found)
    out.print_table(("table", "rows", "bytes", "sha256"), rows)
