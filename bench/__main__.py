"""`python -m bench`: measures, and prints one table.

python -m bench                                         everything, in a few minutes
python -m bench --databases sqlite --only get,post      a part of it
python -m bench --profile --databases sqlite --records 1000 --only post
                                                        no table, but where the server's time goes
"""

import argparse
import os
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from backend.app.kit import log as logs
from bench import machine
from bench.load import LoadFailed
from bench.operations import NAMES, OPERATIONS
from bench.progress import reporting
from bench.servers import Postgres, ServerFailed, postgres
from bench.serving import Wanted, measure, profile, steps_of_measure, steps_of_profile
from bench.table import Figure, show, write_json

DATABASES = ("sqlite", "postgresql")
PROFILER_ENDS_AT = (3, 12)


def main() -> None:
    options = _options()
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    for name in [name for name in os.environ if name.startswith("VALHALLA_")]:
        del os.environ[name]  # the settings measured are the defaults, whatever this shell has
    try:
        with _wanted(options) as (wanted, facts):
            if options.profile:
                _profile(wanted, options.profile)
            else:
                _measure(wanted, facts, options.out)
    except (LoadFailed, ServerFailed) as error:
        sys.exit(f"The bench failed: {error}")
    except KeyboardInterrupt:
        sys.exit(130)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description="How fast Valhalla is on this machine.")
    add = parser.add_argument
    add("--databases", type=_choice(DATABASES), default=DATABASES, help="of sqlite,postgresql (default both)")
    add("--records", type=_sizes, default=(1_000, 100_000), help="sizes, the smallest first (1000,100000)")
    add("--only", type=_choice(NAMES), default=NAMES, help=f"of {','.join(NAMES)} (default all)")
    add("--seconds", type=float, default=4.0, help="of load for each operation (4)")
    add("--connections", type=int, default=32, help="kept alive, each with one request under way (32)")
    add("--out", type=Path, metavar="FILE", help="write the same figures as JSON too")
    add("--dir", type=Path, default=Path(tempfile.gettempdir()), help="where to measure (with the temporary files)")
    add(
        "--profile",
        choices=("cpu", "wall"),
        nargs="?",
        const="cpu",
        help="no table, but where the server's time goes: what its threads compute (cpu), or what they wait for too",
    )
    options = parser.parse_args()
    if options.profile and sys.version_info >= PROFILER_ENDS_AT:
        parser.error("--profile needs Python 3.11: from 3.12 on its profiler cannot tell threads apart")
    return options


def _choice(known: tuple[str, ...]) -> Callable[[str], tuple[str, ...]]:
    def choose(text: str) -> tuple[str, ...]:
        wanted = text.split(",")
        if unknown := [name for name in wanted if name not in known]:
            raise argparse.ArgumentTypeError(f"{unknown[0]} is none of {', '.join(known)}")
        return tuple(name for name in known if name in wanted)

    return choose


def _sizes(text: str) -> tuple[int, ...]:
    try:
        sizes = tuple(sorted({int(part.replace("_", "")) for part in text.split(",")}))
    except ValueError:
        raise argparse.ArgumentTypeError("write sizes as 1000,100000") from None
    if sizes[0] < 1:
        raise argparse.ArgumentTypeError("a size is at least 1")
    return sizes


@contextmanager
def _wanted(options: argparse.Namespace) -> Iterator[tuple[Wanted, dict[str, str]]]:
    """What is to be measured, in a directory of its own that is gone afterwards; and on what it is measured."""
    with ExitStack() as stack:
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-", dir=options.dir))).resolve()
        logs.configure("info", "json", stack.enter_context((directory / "bench.log").open("w")))
        facts = machine.describe(directory)
        server: Postgres | None = None
        if "postgresql" in options.databases:
            server = stack.enter_context(postgres(directory))
            facts["packages"] += f", PostgreSQL {server.version}"
        facts["settings"] = f"{options.connections} connections, {options.seconds:g} s each, one server process"
        wanted = Wanted(
            directory=directory,
            databases=options.databases,
            sizes=options.records,
            operations=tuple(operation for operation in OPERATIONS if operation.name in options.only),
            seconds=options.seconds,
            connections=options.connections,
            postgres=server,
        )
        yield wanted, facts


def _measure(wanted: Wanted, facts: dict[str, str], out: Path | None) -> None:
    figures: list[Figure] = []
    with reporting(steps_of_measure(wanted)) as reporter:
        figures += measure(wanted, reporter)
    show(facts, figures, sys.stdout)
    if out is not None:
        write_json(out, facts, figures)


def _profile(wanted: Wanted, clock: str) -> None:
    with reporting(steps_of_profile(wanted)) as reporter:
        reports = list(profile(wanted, clock, reporter))
    print("\n".join(reports))


if __name__ == "__main__":
    main()
