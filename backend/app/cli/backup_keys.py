"""`valhalla backup-key …`."""

from pathlib import Path
from typing import Annotated

import typer

from backend.app.cli import files
from backend.app.cli.terminal import ask_secret, err, out
from backend.app.kit.archive.age_keys import new_identity, recipients_of
from backend.app.kit.errors import BadInput

app = typer.Typer(no_args_is_help=True, help="Keys of encrypted backups, in the format of the program age.")


@app.command("new")
def new(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="File to write the secret key to")],
    passphrase: Annotated[
        bool, typer.Option("--passphrase", help="Ask for a passphrase, and encrypt FILE with it")
    ] = False,
) -> None:
    """Make a key: FILE gets the secret key, and its recipient is printed."""
    output = files.output(file, force=False)
    recipient = new_identity(output, _new_passphrase() if passphrase else None)
    out.print(recipient)
    err.print(
        f"{file} holds the secret key. Keep copies of it in safe places, none of them on this machine: whoever has it "
        "can read every backup that is encrypted to this recipient, and without it nobody can."
    )


def _new_passphrase() -> str:
    found = ask_secret("New passphrase")
    if not found.strip():
        raise BadInput("the passphrase is empty")
    if ask_secret("Again") != found:
        raise BadInput("the two passphrases differ; nothing was written")
    return found


@app.command("show")
def show(file: Annotated[Path, typer.Argument(metavar="FILE", help="File with a secret key")]) -> None:
    """Print the recipient of the secret key in FILE."""
    identities = files.identities_in(file)
    assert identities is not None
    for recipient in recipients_of(identities):
        out.print(recipient)
