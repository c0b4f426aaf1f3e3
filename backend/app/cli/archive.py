"""`valhalla backup`, `restore`, `verify`, `export` and `transfer`."""

from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from backend.app.backups import backup as backup_service
from backend.app.backups import export as export_service
from backend.app.backups import restore as restore_service
from backend.app.backups import transfer as transfer_service
from backend.app.backups.store_urls import location_at, location_of
from backend.app.cli import files
from backend.app.cli.terminal import err, opened_to_read, out, progress
from backend.app.core_gov.access.system_user import system_user
from backend.app.core_gov.audit import chain
from backend.app.kit import log as logs
from backend.app.kit.archive.age_keys import read_recipients
from backend.app.kit.archive.manifest import Facts
from backend.app.kit.archive.source import InvalidRows
from backend.app.kit.archive.tables import BadArchive
from backend.app.kit.db import Ctx
from backend.app.kit.text import counted
from backend.app.settings import Settings, load_settings

app = typer.Typer()


class ExportFormat(StrEnum):
    """Export file formats."""

    csv = "csv"
    json = "json"


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Archive to write")],
    encrypt_to: Annotated[
        list[str] | None,
        typer.Option(
            "--encrypt-to",
            metavar="RECIPIENT",
            help="Encrypt to an age key (age1…), an SSH public key, or a file of these; can be repeated",
        ),
    ] = None,
    force: files.Force = False,
) -> None:
    """Write an archive of the whole store to FILE. Safe while the server is running."""
    settings = _settings()
    recipients = read_recipients(encrypt_to or [])
    archived = backup_service.backup(settings, file, progress, replace=force, recipients=recipients)
    if reason := backup_service.record_backup(settings, Ctx(system_user(), "cli"), file, archived, recipients):
        err.print(f"the backup is complete, but was not recorded in the audit trail: {reason}", style="yellow")
    _print_invalid(archived.invalid)
    out.print(f"{file}: {_total(archived.manifest.tables.values())}, {archived.size / 1e6:.1f} MB")
    out.print(f"sha256 of its content: {archived.digest}")
    for recipient in recipients:
        out.print(f"encrypted to {recipient.text}")


@app.command()
def verify(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Archive to check")],
    identity: files.Identity = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the manifest and the result as JSON")] = False,
) -> None:
    """Check every row of the archive FILE and print a summary."""
    logs.configure("warning", "auto")
    identities = files.identities_in(identity)
    try:
        archived = backup_service.read_archive(file, progress, identities)
    except BadArchive as error:
        if as_json:
            out.print_json({"good": False, "file": str(file), "fault": error.detail})
        raise
    manifest = archived.manifest
    if as_json:
        document: dict[str, Any] = {"good": True, "file": str(file), "size": archived.size, "sha256": archived.digest}
        first = [each.sentence for each in archived.invalid.first]
        document["invalid"] = {"count": archived.invalid.count, "first": first}
        out.print_json(document | {"manifest": manifest.model_dump()})
        return
    _print_archive(file, archived)


def _print_archive(file: Path, archived: backup_service.ArchiveContents) -> None:
    manifest = archived.manifest
    out.print(
        f"{file}: created {manifest.made_at} by Valhalla {manifest.version} (schema {manifest.revision}, "
        f"format {manifest.format}) from {manifest.store.get('store_id', 'a store without an ID')}",
    )
    _print_tables(manifest.tables.items())
    if head := manifest.store.get(chain.HEAD_KEY):
        out.print("the audit trail ends with event {} and hash {}".format(*head.split(" ", 1)))
    _print_invalid(archived.invalid)
    invalid = archived.invalid
    result = f"the archive is intact, with {_invalid(invalid)}" if invalid.count else "the archive is intact"
    out.print(f"{result}: {_total(manifest.tables.values())}, {archived.size / 1e6:.1f} MB")


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Archive to restore")], identity: files.Identity = None
) -> None:
    """Restore the archive FILE into the store, which must be empty and not in use."""
    settings, identities = _settings(), files.identities_in(identity)
    ctx, invalid = Ctx(system_user(), "cli"), InvalidRows()
    manifest = restore_service.restore(settings, ctx, file, progress, invalid, identities)
    _print_invalid(invalid)
    out.print(f"restored {_total(manifest.tables.values())} to {location_of(settings)}")


@app.command()
def export(
    kind: Annotated[str, typer.Option(help="Kind of records, such as partners")],
    file_format: Annotated[ExportFormat, typer.Option("--format", help="csv or json")] = ExportFormat.csv,
    file: Annotated[Path | None, typer.Option("--out", help="Output file (default: standard output)")] = None,
    force: files.Force = False,
) -> None:
    """Export all records of one kind as CSV or JSON."""
    table = export_service.kind_of(kind)
    with opened_to_read() as (store, ctx):
        if file is None:
            with out.binary() as stream:
                export_service.export(store, ctx, table, file_format.value, stream, progress)
            return
        done = export_service.export_to(store, ctx, table, file_format.value, file, progress, replace=force)
    err.print(f"{file}: {done:,} {kind}")


@app.command()
def transfer(
    to: Annotated[
        str, typer.Option("--to", metavar="URL", help="Target: sqlite:///FILE, json:///DIRECTORY or postgresql://…")
    ],
    from_: Annotated[
        str | None, typer.Option("--from", metavar="URL", help="Source (default: the store in the settings)")
    ] = None,
    start_over: Annotated[
        bool, typer.Option("--start-over", help="Delete what an interrupted transfer wrote, and start over")
    ] = False,
) -> None:
    """Copy the whole store to an empty target. Run it again to resume an interrupted transfer."""
    settings = _settings()
    source = location_at(from_) if from_ else location_of(settings)
    target = location_at(to)
    facts = transfer_service.transfer(
        source, target, progress, start_over=start_over, invalid=(invalid := InvalidRows())
    )
    _print_invalid(invalid)
    _print_tables(facts.items())
    out.print(f"{target} matches {source}: {_total(facts.values())}, compared row by row")


def _settings() -> Settings:
    settings = load_settings()
    logs.configure("warning", settings.log_format)
    return settings


def _invalid(invalid: InvalidRows) -> str:
    return f"{invalid.count:,} invalid {'row' if invalid.count == 1 else 'rows'}"


def _print_invalid(invalid: InvalidRows) -> None:
    """Print the rows that do not satisfy this version's schemas. They are copied unchanged."""
    for each in invalid.first:
        err.print(f"invalid: {each.sentence}", style="yellow")
    if invalid.count:
        more = invalid.count - len(invalid.first)
        rest = f" ({more:,} more not listed)" if more else ""
        sentence = f"{_invalid(invalid)}, copied unchanged{rest}; `valhalla doctor` lists the invalid rows of a store"
        err.print(sentence, style="yellow")


def _total(facts: Iterable[Facts]) -> str:
    return counted(sum(each.count for each in facts), "rows")


def _print_tables(found: Iterable[tuple[str, Facts]]) -> None:
    rows = ((name, f"{facts.count:,}", f"{facts.bytes:,}", facts.sha256[:16]) for name, facts in found)
    out.print_table(("table", "rows", "bytes", "sha256"), rows)
