"""`valhalla backup` and `verify`: an archive of a whole store, and the report on one."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from backend.app import __version__
from backend.app.backups.contents import STATE, check, tables
from backend.app.backups.store_urls import location_of, store_files
from backend.app.bootstrap import open_store
from backend.app.core_gov.audit import service as audit
from backend.app.kit.archive import zip_file
from backend.app.kit.archive.age_keys import AgeRecipient, Identities, throwaway_pair
from backend.app.kit.archive.manifest import Manifest
from backend.app.kit.archive.source import InvalidRows
from backend.app.kit.archive.target import in_current_schema
from backend.app.kit.db import Ctx
from backend.app.kit.db.migrate import HEAD
from backend.app.kit.errors import AppError, StartError
from backend.app.kit.output.output_file import named_file, whole_file
from backend.app.kit.output.progress import ProgressBars
from backend.app.kit.output.terminal_text import printable
from backend.app.settings import Settings


@dataclass(frozen=True, slots=True)
class ArchiveContents:
    """A fully read archive: its manifest, size, digest and invalid rows."""

    manifest: Manifest
    size: int
    digest: str
    invalid: InvalidRows


def backup(
    settings: Settings,
    path: Path,
    bars: ProgressBars,
    *,
    replace: bool = False,
    recipients: Sequence[AgeRecipient] = (),
) -> ArchiveContents:
    """Write an archive of one snapshot of the store, served or not. Read it back before it gets its final name.

    With recipients, it is encrypted to them, and to a key that exists only to read it back here. Raises Conflict if the
    file exists, BadInput if it cannot be written or belongs to the store, and AppError.
    """
    output = named_file(path, replace=replace, inputs=store_files(settings))
    with (
        location_of(settings).source(tables(), STATE, __version__) as source,
        whole_file(output, private=True) as temp,
    ):
        if not recipients:
            with bars("backing up") as report:
                zip_file.write(temp, source, report)
            return read_archive(temp, bars)
        own, identities = throwaway_pair()
        with bars("backing up") as report:
            zip_file.write_encrypted(temp, source, report, [*recipients, own])
        return read_archive(temp, bars, identities)


def read_archive(path: Path, bars: ProgressBars, identities: Identities | None = None) -> ArchiveContents:
    """Read an archive to its last line. Raises BadArchive if anything in it is wrong."""
    with zip_file.reading(path, identities) as archive:
        with in_current_schema(archive, tables(), STATE) as source, bars("verifying") as report:
            check(source, report, invalid := InvalidRows())
        return ArchiveContents(archive.manifest, path.stat().st_size, archive.digest(), invalid)


def record_backup(
    settings: Settings, ctx: Ctx, path: Path, archived: ArchiveContents, recipients: Sequence[AgeRecipient] = ()
) -> str | None:
    """Record the backup in the audit trail. Return the reason if that was not possible, else None."""
    manifest = archived.manifest
    if manifest.revision != HEAD:
        return f"its schema is {manifest.revision}, which this version must migrate before it writes to it"
    facts: dict[str, Any] = {
        "file": printable(path.name),
        "sha256": archived.digest,
        "records": {name: entry.count for name, entry in manifest.tables.items()},
    }
    if recipients:
        facts["encrypted_to"] = [each.text for each in recipients]
    try:
        with open_store(settings) as store:
            store.db.write_now(ctx, audit.record_act, "store.backed_up", "store", None, facts)
    except (AppError, StartError) as error:
        return str(error)
    return None
