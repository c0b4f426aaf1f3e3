"""`python -m bench [SECTION]`: measure, and print one table.

python -m bench                                         the API at two sizes and market data; takes a few minutes
python -m bench --databases sqlite --only get,post      part of the API
python -m bench market                                  only market data: sales, models, comparisons, valuations
python -m bench scale                                   a million records
python -m bench console                                 pages of the console, with 100,000 properties and deals
python -m bench access                                  requests by token and cookie, and beside sign-ins
python -m bench comms                                   the send gate, and messages sent
python -m bench jv                                      joint ventures: dashboards, statements, postings
python -m bench archive                                 backup, restore, verify, transfer
python -m bench peers                                   next to two other services, installed on demand
python -m bench --profile --databases sqlite --records 1000 --only post
                                                        a profile of the server instead of a table
"""

import argparse
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from backend.app.kit import log as logs
from backend.app.kit.errors import AppError
from backend.app.kit.output.output_file import OutputFile
from bench import access, api, archive, comms, console, joint_ventures, machine, market, scale, side_by_side
from bench.command_line import API_AND_MARKET, parse
from bench.load import LoadFailed
from bench.operations import OPERATIONS
from bench.progress import reporting
from bench.servers import Postgres, ServerFailed, postgres
from bench.stores import Run
from bench.table import Figure, show, write_json


def main() -> None:
    options = parse(sys.argv[1:])
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    for name in [name for name in os.environ if name.startswith("VALHALLA_")]:
        del os.environ[name]  # measure with default settings, whatever the shell has set
    try:
        with _run(options) as (run, facts):
            if options.section == "api" and options.profile:
                _profile(_api(run, options), options.profile)
            else:
                _measure(run, options, facts)
    except (LoadFailed, ServerFailed, AppError) as error:
        sys.exit(f"The bench failed: {error}")
    except KeyboardInterrupt:
        sys.exit(130)


@contextmanager
def _run(options: argparse.Namespace) -> Iterator[tuple[Run, dict[str, str]]]:
    """Yield the parameters of the run, in a temporary directory, and the description of the machine."""
    with ExitStack() as stack:
        directory = Path(stack.enter_context(TemporaryDirectory(prefix="bench-", dir=options.dir))).resolve()
        logs.configure("info", "json", stack.enter_context((directory / "bench.log").open("w")))
        facts = machine.describe(directory)
        server: Postgres | None = None
        if "postgresql" in options.databases:
            server = stack.enter_context(postgres(directory))
            facts["packages"] += f", PostgreSQL {server.version}"
        if options.section != "archive":
            facts["settings"] = (
                f"{options.connections} connections, {options.seconds:g} s each, Valhalla in one process"
            )
        yield Run(directory, options.databases, options.seconds, options.connections, server), facts


def _measure(run: Run, options: argparse.Namespace, facts: dict[str, str]) -> None:
    """Measure one section after the other, and print the results of each."""
    figures: list[Figure] = []
    output: OutputFile | None = options.out
    printed: set[str] = set()
    for section in ("api", "market") if options.section == API_AND_MARKET else (options.section,):
        found, yardstick = _section(section, run, options, facts)
        show({name: text for name, text in facts.items() if name not in printed}, found, sys.stdout, yardstick)
        figures += found
        printed |= facts.keys()
        if output is not None:
            write_json(output, facts, figures)
            output = replace(output, replace=True)  # the next section adds to the file


def _section(section: str, run: Run, options: argparse.Namespace, facts: dict[str, str]) -> tuple[list[Figure], str]:
    """Return the figures of a section, and the name of their yardstick."""
    match section:
        case "scale":
            large = scale.Wanted(run, options.records, options.only)
            with reporting(scale.steps(large)) as reporter:
                return list(scale.figures(large, reporter)), "bare"
        case "console":
            pages = console.Wanted(run, options.records, options.only)
            with reporting(console.steps(pages)) as reporter:
                return list(console.figures(pages, reporter)), console.YARDSTICK
        case "access":
            known = access.Wanted(run, options.records)
            with reporting(access.steps(known)) as reporter:
                return list(access.figures(known, reporter)), "bare"
        case "comms":
            messages = comms.Wanted(run, options.records, options.rates)
            with reporting(comms.steps(messages)) as reporter:
                return list(comms.figures(messages, reporter)), comms.YARDSTICK
        case "jv":
            ledger = joint_ventures.Wanted(run, options.records, options.months)
            with reporting(joint_ventures.steps(ledger)) as reporter:
                return list(joint_ventures.figures(ledger, reporter)), "bare"
        case "archive":
            archived = archive.Wanted(run, options.records)
            with reporting(archive.steps(archived)) as reporter:
                return list(archive.figures(archived, reporter)), archive.YARDSTICK
        case "peers":
            beside = side_by_side.Wanted(run, options.records, options.only, options.installed.resolve(), facts)
            with reporting(side_by_side.steps(beside)) as reporter:
                return list(side_by_side.figures(beside, reporter)), side_by_side.OURS
        case "market":
            of_market = _market(run, options, facts)
            with reporting(market.steps(of_market)) as reporter:
                return list(market.figures(of_market, reporter)), "bare"
        case _:
            wanted = _api(run, options)
            with reporting(api.steps(wanted)) as reporter:
                return list(api.figures(wanted, reporter)), "bare"


def _market(run: Run, options: argparse.Namespace, facts: dict[str, str]) -> market.Wanted:
    if options.section == API_AND_MARKET:
        return market.Wanted(run, market.SIZES, market.PARTS, False, facts)
    return market.Wanted(run, options.records, options.only, options.made_up, facts)


def _api(run: Run, options: argparse.Namespace) -> api.Wanted:
    operations = tuple(operation for operation in OPERATIONS if operation.name in options.only)
    return api.Wanted(run, options.records, operations)


def _profile(wanted: api.Wanted, clock: str) -> None:
    with reporting(api.steps_of_profile(wanted)) as reporter:
        reports = list(api.profile(wanted, clock, reporter))
    print("\n".join(reports))


if __name__ == "__main__":
    main()
