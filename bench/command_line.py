"""Command line of the bench: a section and its options.

Without a section, `api` and then `market` run; `api` alone if an option applies only to it.
"""

import argparse
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from bench import archive, market, scale, side_by_side
from bench.arguments import DATABASES, add_output, choice, output_of
from bench.operations import NAMES

API_AND_MARKET = "api and market"
"""Default if no section is named."""

SECTIONS = {
    "api": "how many requests a second, at two sizes",
    "market": "sales imported, models trained, homes compared and valued",
    "scale": "one large store: starting, requests, what the JSON files cost",
    "archive": "backup, restore, verify and transfer",
    "peers": "the same work by two public services, installed on demand",
}
PROFILER_ENDS_AT = (3, 12)


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Parse the command line. An error ends the process with one line."""
    arguments = list(arguments)
    named = bool(arguments) and (arguments[0] in SECTIONS or arguments[0] in {"-h", "--help"})
    parser = _parser()
    options = parser.parse_args(arguments if named else ["api", *arguments])
    options.out = output_of(parser, options, make_directory=True)
    if not named and all(getattr(options, name) == usual for name, usual in _OF_API.items()):
        options.section = API_AND_MARKET
    if options.section == "api" and options.profile and sys.version_info >= PROFILER_ENDS_AT:
        sys.exit("--profile needs Python 3.11: from 3.12 on its profiler cannot tell threads apart")
    return options


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description="How fast Valhalla is on this machine.")
    sections = parser.add_subparsers(dest="section", metavar="SECTION")
    parsers = {name: sections.add_parser(name, help=said, description=said) for name, said in SECTIONS.items()}
    _add_api(parsers["api"])
    _add_market(parsers["market"])
    _add_scale(parsers["scale"])
    _add_archive(parsers["archive"])
    _add_peers(parsers["peers"])
    return parser


def _add_common(parser: argparse.ArgumentParser, seconds: float) -> None:
    add = parser.add_argument
    add("--databases", type=choice(DATABASES), default=DATABASES, help="of sqlite,postgresql (default both)")
    add("--seconds", type=float, default=seconds, help=f"of load for each operation ({seconds:g})")
    add("--connections", type=int, default=32, help="kept alive, each with one request under way (32)")
    add_output(parser, "write the same figures as JSON too")
    add("--dir", type=Path, default=Path(tempfile.gettempdir()), help="where to measure (with the temporary files)")


_OF_API = {"records": (1_000, 100_000), "only": NAMES, "profile": None}
"""Options that apply only to `api`, and their defaults."""


def _add_api(parser: argparse.ArgumentParser) -> None:
    _add_common(parser, 4.0)
    parser.set_defaults(**_OF_API)
    add = parser.add_argument
    add("--records", type=_sizes, help="sizes, the smallest first (1000,100000)")
    add("--only", type=choice(NAMES), help=f"of {','.join(NAMES)} (default all)")
    add(
        "--profile",
        choices=("cpu", "wall"),
        nargs="?",
        const="cpu",
        help="no table, but where the server's time goes: what its threads compute (cpu), or what they wait for too",
    )


def _add_market(parser: argparse.ArgumentParser) -> None:
    _add_common(parser, market.SECONDS)
    add, parts = parser.add_argument, market.PARTS
    add("--records", type=_sizes, default=market.SIZES, help="sales to compare with, sizes (20000,1000000)")
    add("--only", type=choice(parts), default=parts, help=f"of {','.join(parts)} (default all)")
    add("--made-up", action="store_true", help="a made-up county of the first size in place of King County")


def _add_scale(parser: argparse.ArgumentParser) -> None:
    _add_common(parser, 4.0)
    parts = scale.PARTS
    parser.add_argument("--records", type=_at_least(scale.MIN_RECORDS), default=1_000_000, help="drafts (1000000)")
    parser.add_argument("--only", type=choice(parts), default=parts, help=f"of {','.join(parts)} (default all)")


def _add_archive(parser: argparse.ArgumentParser) -> None:
    _add_common(parser, 4.0)
    parser.add_argument("--records", type=_at_least(archive.MIN_RECORDS), default=100_000, help="drafts (100000)")


def _add_peers(parser: argparse.ArgumentParser) -> None:
    _add_common(parser, 3.0)
    add, keys = parser.add_argument, side_by_side.KEYS
    add("--records", type=_at_least(1), default=10_000, help="drafts that each service holds (10000)")
    add("--only", type=choice(keys), default=keys, help=f"of {','.join(keys)} (default all)")
    add(
        "--installed",
        type=Path,
        default=side_by_side.INSTALLED,
        metavar="DIR",
        help="where peers are installed, and found again the next time (bench/out/peers)",
    )


def _at_least(least: int) -> Callable[[str], int]:
    def size(text: str) -> int:
        try:
            found = int(text.replace("_", ""))
        except ValueError:
            raise argparse.ArgumentTypeError("write a size as 1000000") from None
        if found < least:
            raise argparse.ArgumentTypeError(f"a size is at least {least} here")
        return found

    return size


def _sizes(text: str) -> tuple[int, ...]:
    try:
        sizes = tuple(sorted({int(part.replace("_", "")) for part in text.split(",")}))
    except ValueError:
        raise argparse.ArgumentTypeError("write sizes as 1000,100000") from None
    if sizes[0] < 1:
        raise argparse.ArgumentTypeError("a size is at least 1")
    return sizes
