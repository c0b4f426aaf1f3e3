"""`valhalla audit …`."""

from pathlib import Path
from typing import Annotated

import typer

from backend.app.backups.audit_trail import verify_archived
from backend.app.cli.terminal import err, opened_to_read, out, progress
from backend.app.core_gov.audit import service as audit
from backend.app.core_gov.audit.chain import Verdict

app = typer.Typer(no_args_is_help=True, help="The audit trail.")


@app.callback()
def group() -> None:
    """The audit trail."""


@app.command("verify")
def verify(
    file: Annotated[Path | None, typer.Argument(help="An archive to look at, instead of the store")] = None,
    contains: Annotated[
        str | None, typer.Option(metavar="HASH", help="A head that was noted earlier: the trail must go through it")
    ] = None,
) -> None:
    """Look for events that were edited, deleted or moved since they were written."""
    if file is not None:
        verdict = verify_archived(file, progress, sought=contains)
    else:
        with opened_to_read() as (store, _), progress("audit trail") as report, store.db.open_snapshot() as moment:
            verdict = audit.verify(moment, sought=contains, report=report)
    if not say(verdict, contains):
        raise typer.Exit(1)


def say(verdict: Verdict, contains: str | None) -> bool:
    """Print the verdict and return whether it is good."""
    for fault in verdict.faults:
        err.print(f"BAD  {fault}", style="red")
    lost = contains is not None and not verdict.sought
    if lost:
        err.print(f"BAD  no event has the hash {contains}: this is not the trail it was noted from", style="red")
    if verdict.good and not lost:
        count = "1 event" if verdict.events == 1 else f"{verdict.events:,} events"
        for fault in verdict.declared:
            out.print(f"lost  {fault}; this was declared when the database was rebuilt")
        others = "no others" if verdict.declared else "none"
        out.print(f"{count}, {others} edited, deleted or moved.")
        out.print(f"head  {verdict.head.seq} {verdict.head.hash}")
        return True
    return False
