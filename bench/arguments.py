"""Command line options shared by the bench and the soak."""

import argparse
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

from backend.app.kit.errors import AppError
from backend.app.kit.output.output_file import OutputFile, named_file
from backend.app.kit.output.terminal_text import printable

DATABASES = ("sqlite", "postgresql")


def choice(known: tuple[str, ...]) -> Callable[[str], tuple[str, ...]]:
    """Return a parser for a comma-separated list of known words. It returns them in their known order."""

    def parse(text: str) -> tuple[str, ...]:
        wanted = text.split(",")
        if unknown := [name for name in wanted if name not in known]:
            raise argparse.ArgumentTypeError(f"{unknown[0]} is not one of {', '.join(known)}")
        return tuple(name for name in known if name in wanted)

    return parse


def add_output(parser: argparse.ArgumentParser, description: str) -> None:
    """Add the options that name an output file."""
    parser.add_argument("--out", type=Path, metavar="FILE", help=description)
    parser.add_argument("--force", action="store_true", help="with --out: replace an existing file")


def output_of(
    parser: argparse.ArgumentParser,
    options: argparse.Namespace,
    inputs: Iterable[Path] = (),
    *,
    make_directory: bool = False,
) -> OutputFile | None:
    """Return the output file, checked before the work. A fault ends the process with one line."""
    if options.out is None:
        return None
    try:
        if make_directory:
            with suppress(OSError):  # the check below reports the error
                options.out.parent.mkdir(parents=True, exist_ok=True)
        return named_file(options.out, replace=options.force, inputs=inputs)
    except AppError as error:
        parser.error(f"--out: {printable(error)}")
