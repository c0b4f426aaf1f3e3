"""Command line of the bench: a section and its options.

Without a section, `api` and then `market` run; `api` alone if an option applies only to it.
"""

import argparse
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from bench import access, archive, console, joint_ventures, market, scale, sending_rates, side_by_side
from bench.arguments import DATABASES, add_output, choice, output_of
from bench.operations import NAMES

API_AND_MARKET = "api and market"
"""Default if no section is named."""

SECTIONS = {
    "api": "requests per second, at two sizes",
    "market": "imports, training, comparisons and valuations",
    "scale": "one large store: startup, requests, and the cost of the JSON files",
    "console": "pages of the console: latency, size and rate",
    "access": "requests by token and cookie, and beside sign-ins",
    "comms": "decisions of the send gate, and messages sent",
    "jv": "dashboards, statements and postings of joint ventures, and the waterfall",
    "archive": "backup, restore, verify and transfer",
    "peers": "the same requests to two public services, installed on demand",
}
PROFILER_UNSUPPORTED_FROM = (3, 12)


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Parse the command line. An error ends the process with one line."""
    arguments = list(arguments)
    named = bool(arguments) and (arguments[0] in SECTIONS or arguments[0] in {"-h", "--help"})
    parser = _parser()
    options = parser.parse_args(arguments if named else ["api", *arguments])
    options.out = output_of(parser, options, make_directory=True)
    if not named and all(getattr(options, name) == default for name, default in _API_DEFAULTS.items()):
        options.section = API_AND_MARKET
    if options.section == "api" and options.profile and sys.version_info >= PROFILER_UNSUPPORTED_FROM:
        sys.exit("--profile needs Python 3.11: the profiler of later versions cannot tell threads apart")
    return options


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bench", description="Measure how fast Valhalla is on this machine."
    )
    sections = parser.add_subparsers(dest="section", metavar="SECTION")
    parsers = {name: sections.add_parser(name, help=text, description=text) for name, text in SECTIONS.items()}
    _add_api(parsers["api"])
    _add_market(parsers["market"])
    _add_scale(parsers["scale"])
    _add_console(parsers["console"])
    _add_access(parsers["access"])
    _add_comms(parsers["comms"])
    _add_jv(parsers["jv"])
    _add_archive(parsers["archive"])
    _add_peers(parsers["peers"])
    return parser


def _add_common(parser: argparse.ArgumentParser, seconds: float) -> None:
    add = parser.add_argument
    add(
        "--databases",
        type=choice(DATABASES),
        default=DATABASES,
        help="databases to measure, from sqlite,postgresql (both)",
    )
    add("--seconds", type=float, default=seconds, help=f"seconds of load for each operation ({seconds:g})")
    add("--connections", type=int, default=32, help="keep-alive connections, each with one request in flight (32)")
    add_output(parser, "also write the figures as JSON")
    add("--dir", type=Path, default=Path(tempfile.gettempdir()), help="working directory (that of temporary files)")


_API_DEFAULTS = {"records": (1_000, 100_000), "only": NAMES, "profile": None}
"""Options that apply only to `api`, and their defaults."""


def _add_api(parser: argparse.ArgumentParser) -> None:
    _add_common(parser, 4.0)
    parser.set_defaults(**_API_DEFAULTS)
    add = parser.add_argument
    add("--records", type=_sizes, help="numbers of records, smallest first (1000,100000)")
    add("--only", type=choice(NAMES), help=f"operations, from {','.join(NAMES)} (all)")
    add(
        "--profile",
        choices=("cpu", "wall"),
        nargs="?",
        const="cpu",
        help="print a profile of the server instead: CPU time (cpu), or elapsed time including waits (wall)",
    )


def _add_market(parser: argparse.ArgumentParser) -> None:
    _add_common(parser, market.SECONDS)
    add, parts = parser.add_argument, market.PARTS
    add("--records", type=_sizes, default=market.SIZES, help="numbers of sales to compare with (20000,1000000)")
    add("--only", type=choice(parts), default=parts, help=f"parts, from {','.join(parts)} (all)")
    add("--made-up", action="store_true", help="use a fictional county of the first size instead of King County")


def _add_scale(parser: argparse.ArgumentParser) -> None:
    _add_common(parser, 4.0)
    parts = scale.PARTS
    parser.add_argument(
        "--records", type=_at_least(scale.MIN_RECORDS), default=1_000_000, help="number of drafts (1000000)"
    )
    parser.add_argument("--only", type=choice(parts), default=parts, help=f"parts, from {','.join(parts)} (all)")


def _add_console(parser: argparse.ArgumentParser) -> None:
    _add_common(parser, 4.0)
    add, parts = parser.add_argument, console.PARTS
    add("--records", type=_at_least(console.SMALLEST), default=100_000, help="number of properties (100000)")
    add("--only", type=choice(parts), default=parts, help=f"parts, from {','.join(parts)} (all)")


def _add_access(parser: argparse.ArgumentParser) -> None:
    _add_common(parser, access.SECONDS)
    parser.add_argument("--records", type=_at_least(1), default=1_000, help="number of drafts (1000)")


def _add_comms(parser: argparse.ArgumentParser) -> None:
    _add_common(parser, 2.0)
    parser.add_argument("--records", type=_at_least(1), default=2_000, help="number of messages (2000)")
    help_ = "messages per second of senders that share the work, multiples of the first (20,40,80)"
    parser.add_argument("--rates", type=_rates, default=sending_rates.RATES, help=help_)


def _add_jv(parser: argparse.ArgumentParser) -> None:
    _add_common(parser, 4.0)
    least = joint_ventures.SMALLEST
    parser.add_argument("--records", type=_at_least(least), default=100_000, help="number of lines (100000)")
    parser.add_argument(
        "--months", type=_at_least(1), default=joint_ventures.MONTHS, help="months of the waterfall (480)"
    )


def _add_archive(parser: argparse.ArgumentParser) -> None:
    _add_common(parser, 4.0)
    parser.add_argument(
        "--records", type=_at_least(archive.MIN_RECORDS), default=100_000, help="number of drafts (100000)"
    )


def _add_peers(parser: argparse.ArgumentParser) -> None:
    _add_common(parser, 3.0)
    add, keys = parser.add_argument, side_by_side.KEYS
    add("--records", type=_at_least(1), default=10_000, help="number of drafts in each service (10000)")
    add("--only", type=choice(keys), default=keys, help=f"peers, from {','.join(keys)} (all)")
    add(
        "--installed",
        type=Path,
        default=side_by_side.INSTALLED,
        metavar="DIR",
        help="directory for installed peers, reused by later runs (bench/out/peers)",
    )


def _at_least(least: int) -> Callable[[str], int]:
    def size(text: str) -> int:
        try:
            number = int(text.replace("_", ""))
        except ValueError:
            raise argparse.ArgumentTypeError("a size must be a whole number such as 1000000") from None
        if number < least:
            raise argparse.ArgumentTypeError(f"a size must be at least {least}")
        return number

    return size


def _rates(text: str) -> tuple[int, ...]:
    rates = _sizes(text)
    if wrong := [rate for rate in rates if rate % rates[0]]:
        raise argparse.ArgumentTypeError(f"{wrong[0]} is not a multiple of {rates[0]}")
    return rates


def _sizes(text: str) -> tuple[int, ...]:
    try:
        sizes = tuple(sorted({int(part.replace("_", "")) for part in text.split(",")}))
    except ValueError:
        raise argparse.ArgumentTypeError("sizes must be whole numbers such as 1000,100000") from None
    if sizes[0] < 1:
        raise argparse.ArgumentTypeError("a size must be at least 1")
    return sizes
