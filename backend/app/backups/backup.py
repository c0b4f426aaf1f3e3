"""`valhalla backup`, and `verify`: an archive of all that a store holds, and what there is to be said of one."""

from dataclasses import dataclass
from pathlib import Path

from backend.app import __version__
from backend.app.backups.contents import STATE, check, tables
from backend.app.backups.store_urls import place_of, store_files
from backend.app.bootstrap import open_office
from backend.app.core_gov.audit import service as audit
from backend.app.kit.archive import zip_file
from backend.app.kit.archive.manifest import Manifest
from backend.app.kit.archive.source import Bars, InvalidRows
from backend.app.kit.archive.target import as_of_today
from backend.app.kit.db import Ctx
from backend.app.kit.db.migrate import HEAD
from backend.app.kit.errors import AppError, StartError
from backend.app.kit.output.output_file import named_file, whole_file
from backend.app.kit.output.terminal_text import printable
from backend.app.settings import Settings


@dataclass(frozen=True, slots=True)
class Archived:
    """An archive that was looked at to its last line: what it says of itself, its size, digest and invalid rows."""

    manifest: Manifest
    size: int
    digest: str
    invalid: InvalidRows


def backup(settings: Settings, path: Path, bars: Bars, *, replace: bool = False) -> Archived:
    """Writes an archive of one moment of the store, served or not, and reads it back before it gets its name.

    Raises Conflict when the file is there, BadInput when it cannot be written or is one of the store's, and AppError.
    """
    output = named_file(path, replace=replace, inputs=store_files(settings))
    with (
        place_of(settings).source(tables(), STATE, __version__) as source,
        whole_file(output, private=True) as temp,
    ):
        with bars("backing up") as report:
            zip_file.write(temp, source, report)
        return look_through(temp, bars)


def look_through(path: Path, bars: Bars) -> Archived:
    """Reads an archive to its last line; raises BadArchive for what is wrong with it."""
    with zip_file.reading(path) as archive:
        with as_of_today(archive, tables(), STATE) as source, bars("verifying") as report:
            check(source, report, invalid := InvalidRows())
        return Archived(archive.manifest, path.stat().st_size, archive.digest(), invalid)


def note_backup(settings: Settings, ctx: Ctx, path: Path, archived: Archived) -> str | None:
    """Has the audit trail tell of the backup; returns why it could not be told, if it could not."""
    manifest = archived.manifest
    if manifest.revision != HEAD:
        return f"its schema is {manifest.revision}, which this version does not write to before it has migrated it"
    facts = {
        "file": printable(path.name),
        "sha256": archived.digest,
        "records": {name: entry.count for name, entry in manifest.tables.items()},
    }
    try:
        with open_office(settings) as office:
            office.db.write_now(ctx, audit.record_act, "store.backed_up", "store", None, facts)
    except (AppError, StartError) as error:
        return str(error)
    return None
