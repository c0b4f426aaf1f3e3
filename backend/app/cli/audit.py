"""`valhalla audit …`."""

from pathlib import Path
from typing import Annotated

import typer

from backend.app.backups.audit_trail import verify_archived
from backend.app.cli import files
from backend.app.cli.terminal import err, opened_to_read, out, progress
from backend.app.core_gov.audit import service as audit
from backend.app.core_gov.audit.chain import Verdict

app = typer.Typer(no_args_is_help=True, help="Audit trail.")


@app.callback()
def group() -> None:
    """Audit trail."""


@app.command("verify")
def verify(
    file: Annotated[Path | None, typer.Argument(help="Archive to verify instead of the store")] = None,
    contains: Annotated[
        str | None, typer.Option(metavar="HASH", help="Hash recorded earlier, which the trail must contain")
    ] = None,
    identity: files.Identity = None,
) -> None:
    """Check that no event was edited, deleted or moved since it was written."""
    if file is None and identity is not None:
        raise typer.BadParameter("requires an archive", param_hint="--identity")
    if file is not None:
        verdict = verify_archived(file, progress, sought=contains, identities=files.identities_in(identity))
    else:
        with opened_to_read() as (store, _), progress("audit trail") as report, store.db.open_snapshot() as snapshot:
            verdict = audit.verify(snapshot, sought=contains, report=report)
    if not print_verdict(verdict, contains):
        raise typer.Exit(1)


def print_verdict(verdict: Verdict, contains: str | None) -> bool:
    """Print the verdict and return whether it is good."""
    for fault in verdict.faults:
        err.print(f"BAD  {fault}", style="red")
    missing = contains is not None and not verdict.sought
    if missing:
        err.print(
            f"BAD  no event has the hash {contains}: this is not the audit trail that it was recorded from", style="red"
        )
    if verdict.good and not missing:
        count = "1 event" if verdict.events == 1 else f"{verdict.events:,} events"
        for fault in verdict.declared:
            out.print(f"lost  {fault}; this was declared when the database was rebuilt")
        others = "no others" if verdict.declared else "none"
        out.print(f"{count}, {others} edited, deleted or moved.")
        out.print(f"head  {verdict.head.seq} {verdict.head.hash}")
        return True
    return False
