"""Import of a do-not-contact list: `valhalla import opt-outs FILE --listed-on DATE`.

Each row becomes an opt-out from every sender, since the date of the list. Importing it again changes nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from backend.app.core_gov.audit import service as audit
from backend.app.core_gov.comms.consent import service
from backend.app.core_gov.comms.consent.schemas import OptOutCreate
from backend.app.kit.data_files.batches import TableRow
from backend.app.kit.data_files.column_mapping import Converter, TypedRows, typed_rows
from backend.app.kit.data_files.csv_table import read_csv
from backend.app.kit.data_files.import_result import ImportResult
from backend.app.kit.data_files.import_rows import BATCH, import_batches, valid_records
from backend.app.kit.data_files.rejects import Rejects, errors_with_counts, rejects_file
from backend.app.kit.db import Ctx, Database, Tx
from backend.app.kit.errors import BadInput
from backend.app.kit.output.output_file import OutputFile
from backend.app.kit.output.progress import ReportProgress
from backend.app.kit.output.terminal_text import printable

_FIELDS: Mapping[str, Converter] = {"address": str, "channel": lambda cell: str(cell).lower(), "note": str}


IMPORTED = "opt-outs.imported"
"""Action of an import in the audit trail."""


@dataclass(frozen=True, slots=True)
class ListedOptOut:
    """A row of a list, with the verified address."""

    address: str
    payload: OptOutCreate


def import_opt_outs(
    db: Database,
    ctx: Ctx,
    path: Path,
    mapping: Mapping[str, str],
    constants: Mapping[str, str],
    listed_on: str,
    progress: ReportProgress,
    *,
    rejects_to: OutputFile | None = None,
) -> ImportResult:
    """Store an opt-out for every valid row, in batches of one transaction each.

    `mapping` and `constants` are keyed by the fields address, channel and note. `listed_on` is the ISO date of the
    list. Rejected rows go to `rejects_to`, by default FILE.rejected.csv. Raises BadInput before anything is stored if
    the file cannot be read or a name is wrong.
    """
    output = rejects_file(path, rejects_to)
    table = read_csv(path)
    rows = typed_rows(table.columns, _FIELDS, mapping, constants)
    rows.require("address")
    result = ImportResult(table.count, rows.unused)

    def read(batch: Sequence[TableRow], rejects: Rejects) -> list[ListedOptOut]:
        return list(valid_records(batch, rejects, partial(_listed, rows)))

    def store(found: Sequence[ListedOptOut]) -> None:
        stored = db.write_now(ctx, _store, found, listed_on)
        result.stored += stored
        result.on_file += len(found) - stored

    with errors_with_counts(result):
        import_batches(table, read, store, result, output, progress, size=BATCH)
    facts = {"file": printable(path.name), "listed_on": listed_on, "rows": result.rows, "stored": result.stored}
    db.write_now(ctx, audit.record_act, IMPORTED, "opt-out", None, facts)
    return result


def date_of_last_list(tx: Tx) -> str | None:
    """Return the date of the list that was imported last, ISO; None if none was imported."""
    events, _ = audit.read_events(tx, {"action": IMPORTED}, 1, None)
    return str(events[0]["changes"]["listed_on"]["after"]) if events else None


def _listed(rows: TypedRows, row: TableRow) -> ListedOptOut:
    """Return the opt-out of a row. Raises BadInput."""
    fields = rows.fields(row.cells, required=("address",))
    if fields.get("channel", "sms") not in {"sms", "call", "email"}:
        raise BadInput.field("channel", "channel must be one of sms, call, email")
    payload = OptOutCreate(**fields)
    return ListedOptOut(service.verified_address(payload.channel, payload.address), payload)


def _store(tx: Tx, found: Sequence[ListedOptOut], listed_on: str) -> int:
    """Store the opt-outs of a batch, and return how many are new or now come from a list."""
    stored = 0
    for each in sorted(found, key=lambda listed: listed.address):
        before = service.opt_out_on_file(tx, each.address, each.payload.channel)
        note = each.payload.note or f"on the list of {listed_on}"
        after = service.opt_out(
            tx, each.address, each.payload.channel, "import", since=f"{listed_on}T00:00:00.000000Z", note=note
        )
        stored += before is None or before.doc != after.doc
    return stored
