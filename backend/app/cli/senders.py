"""`valhalla senders …`."""

import typer

from backend.app.cli.terminal import err, opened_store, out
from backend.app.core_gov.comms.delivery import sending_status
from backend.app.core_gov.comms.senders.senders_file import Sender, senders_file, usable_senders
from backend.app.core_gov.comms.senders.twilio import TwilioClient
from backend.app.jobs import provider_reader
from backend.app.kit.errors import AppError
from backend.app.settings import Settings, load_settings

app = typer.Typer(no_args_is_help=True, help="Senders of messages, and the hold after a copy.")


@app.command("list")
def list_senders() -> None:
    """List the senders in senders.toml, and what is wrong with the file."""
    found, faults = _found(load_settings())
    rows = [[each.name, each.table.kind, each.table.channel, each.origin, each.table.legal_name] for each in found]
    out.print_table(("sender", "kind", "channel", "from", "legal name"), rows)
    _end(faults)


@app.command("check")
def check_senders() -> None:
    """Check the credentials and the number of each sender, without sending anything."""
    found, faults = _found(load_settings())
    works = True
    for sender in found:
        fault = _fault_of(sender)
        out.print([(sender.name, "bold"), f": {fault or 'works'}"], style="red" if fault else None)
        works = works and fault is None
    _end(faults)
    if not works:
        raise typer.Exit(1)


@app.command("release")
def release_sending(
    override: str = typer.Option("", help="Reason to release although an account cannot be read", metavar="REASON"),
) -> None:
    """Read the messages since the copy from the providers, then release the hold after a copy."""
    with opened_store() as (store, ctx):
        senders, faults = usable_senders(store.settings)
        reading = provider_reader(store)
        try:
            reading.round()
        finally:
            reading.close()
        store.db.write_now(ctx, sending_status.release, senders, faults, override or None)
    out.print("Sending is released.")
    _end(faults)


def _found(settings: Settings) -> tuple[list[Sender], list[str]]:
    found, faults = usable_senders(settings)
    if not found and not faults:
        out.print(f"There are no senders. Define them in {senders_file(settings)}; docs/sending.md says how.")
        raise typer.Exit
    return list(found.values()), faults


def _fault_of(sender: Sender) -> str | None:
    if sender.table.kind == "manual":
        return None
    try:
        client = TwilioClient(sender)
        try:
            client.check()
        finally:
            client.close()
    except AppError as error:
        return error.detail
    return None


def _end(faults: list[str]) -> None:
    """Print what is wrong with the file, and exit with 1 if there is something."""
    for fault in faults:
        err.print(fault, style="red")
    if faults:
        raise typer.Exit(1)
