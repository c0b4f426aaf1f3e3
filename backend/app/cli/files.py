"""Files that commands read and write: options, checks before the work, and the report of an import."""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Protocol

import typer

from backend.app.backups.store_urls import store_files
from backend.app.cli.terminal import ask_secret, out
from backend.app.kit.archive.age_keys import Identities, read_identities
from backend.app.kit.output.output_file import OutputFile, named_file
from backend.app.settings import load_settings

Table = Annotated[
    Path, typer.Argument(help="A .csv, .csv.gz, .zip or .parquet file with a header", exists=True, dir_okay=False)
]
Rejected = Annotated[
    Path | None,
    typer.Option("--rejected", metavar="FILE", help="Where rejected rows go (default: FILE.rejected.csv, -2, …)"),
]
ForceRejected = Annotated[bool, typer.Option("--force", help="With --rejected: replace that file if it exists")]
Identity = Annotated[
    Path | None,
    typer.Option("--identity", metavar="FILE", help="File with the secret key that an encrypted archive needs"),
]
Force = Annotated[bool, typer.Option("--force", help="Replace the file if it exists")]


class ImportedFile(Protocol):
    """Result of importing the rows of a file."""

    rejected: int
    on_file: int

    @property
    def written(self) -> int: ...

    def lines(self) -> list[str]: ...


def output(path: Path, *, force: bool, inputs: Iterable[Path] = (), others: Iterable[OutputFile] = ()) -> OutputFile:
    """Check an output file that the user named, before the work. Raises BadInput and Conflict.

    Input files of the command and files of the store are never overwritten.
    """
    return named_file(path, replace=force, inputs=(*inputs, *store_files(load_settings())), others=others)


def identities_in(path: Path | None) -> Identities | None:
    """Read the secret keys in a file; None without one. Asks for the passphrase of an encrypted file."""
    return read_identities(path, lambda name: ask_secret(f"Passphrase of {name}")) if path else None


def rejects_to(rejected: Path | None, *, force: bool, inputs: Iterable[Path]) -> OutputFile | None:
    """Check the file that the user named for rejected rows. None selects the default file."""
    if rejected is None:
        if force:
            raise typer.BadParameter("requires --rejected", param_hint="--force")
        return None
    return output(rejected, force=force, inputs=inputs)


def report(done: ImportedFile) -> None:
    """Print the result of an import. Exit with 1 if every row was rejected."""
    for line in done.lines():
        out.print(line)
    if done.rejected and not (done.written or done.on_file):
        raise typer.Exit(1)
