"""`python -m soak`: run Valhalla under load and faults for a while, and print one table in Markdown.

python -m soak                                            everything, with 20 minutes of load on each database
python -m soak --minutes 60 --rate 50 --only steady       an hour of a busy office, twice
python -m soak --only fuzz --seconds 600                   ten minutes of fuzzing each parser
python -m soak --only storm --databases sqlite --rounds 200 --seed 7
python -m soak --only sending --kills 100                  a short storm of killed senders on each database
python -m soak --only waterfall --cases 100000             random agreements and flows through the waterfall
"""

import argparse
import os
import platform
import random
import secrets
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import NoReturn

from backend.app.kit.errors import AppError
from backend.app.kit.output.terminal_text import printable_lines
from bench import machine
from bench.arguments import DATABASES, add_output, choice, output_of
from bench.servers import Postgres, postgres
from soak import waterfall
from soak.findings import Finding, Result, markdown, write_json
from soak.fuzz.run import fuzz
from soak.limits import Plan
from soak.progress import Progress, reporting
from soak.service import SteadyFailed
from soak.steady import run as run_steady
from soak.survive import TESTS, Campaign, run_campaign

SECTIONS = ("storm", "sending", "disk", "restarts", "fuzz", "waterfall", "steady")
OFFICE_REQUESTS_PER_HOUR = 180_000
"""Requests per hour of an office that sends fifty per second."""


def main() -> None:
    options = read_options(sys.argv[1:])
    _interrupt_on_signals()
    for name in [name for name in os.environ if name.startswith("VALHALLA_")]:
        del os.environ[name]  # test the default settings, whatever the shell has set
    try:
        result = _run(options)
    except KeyboardInterrupt:
        sys.exit("Interrupted. All processes that were started have been stopped.")
    print(printable_lines(markdown(result)))
    if options.out is not None:
        try:
            write_json(options.out, result)
        except AppError as error:
            sys.exit(str(error))
    sys.exit(1 if result.failed or not result.findings else 0)


def read_options(arguments: Sequence[str]) -> argparse.Namespace:
    """Return the parsed options. An invalid option ends the process with one line."""
    parser = argparse.ArgumentParser(
        prog="python -m soak", description="Run Valhalla under load and faults, and print one table."
    )
    add = parser.add_argument
    add("--minutes", type=_number(0.05, 24 * 60), default=20.0, help="minutes of steady load on each database (20)")
    add("--rate", type=_number(1, 1000), default=150.0, help="requests per second of steady load (150)")
    add("--rounds", type=_count, default=20, help="rounds of the kill storm on each database (20)")
    add("--kills", type=_count, default=1000, help="kills of processes that send, on each database (1000)")
    add("--cases", type=_number(1, 10**9), default=1e6, help="random cases of the waterfall (1000000)")
    add(
        "--repeats",
        type=_count,
        default=None,
        help="repeats of the full-disk and restart tests (a quarter of --rounds)",
    )
    add("--seconds", type=_number(0.1, 24 * 3600), default=60.0, help="seconds of fuzzing for each parser (60)")
    add(
        "--databases",
        type=choice(DATABASES),
        default=DATABASES,
        help="databases to test, from sqlite,postgresql (both)",
    )
    add("--only", type=choice(SECTIONS), default=SECTIONS, help=f"sections to run, from {','.join(SECTIONS)} (all)")
    add("--seed", type=int, default=None, help="random seed; printed, so that a run can be repeated")
    add_output(parser, "also write the results as JSON, with every sample")
    add("--dir", type=Path, default=Path(tempfile.gettempdir()), help="working directory (that of temporary files)")
    options = parser.parse_args(arguments)
    if not options.dir.is_dir():
        parser.error(f"--dir: {options.dir} is not a directory")
    options.out = output_of(parser, options)
    options.repeats = options.repeats or max(1, options.rounds // 4)
    options.cases = round(options.cases)
    options.seed = secrets.randbelow(10**9) if options.seed is None else options.seed
    return options


def _number(least: float, most: float) -> Callable[[str], float]:
    def read(text: str) -> float:
        try:
            number = float(text)
        except ValueError:
            number = least - 1
        if not least <= number <= most:
            raise argparse.ArgumentTypeError(f"{text} is not a number from {least:g} to {most:g}")
        return number

    return read


def _count(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 10_000:
        raise argparse.ArgumentTypeError(f"{text} is not a whole number from 1 to 10000")
    return int(text)


def _interrupt_on_signals() -> None:
    """End the run on the first Ctrl-C or SIGTERM, and ignore later ones during the cleanup."""

    def interrupt(number: int, frame: FrameType | None) -> NoReturn:
        for each in (signal.SIGINT, signal.SIGTERM):
            signal.signal(each, lambda number, frame: None)
        print("Stopping the processes that were started; this may take a minute.", file=sys.stderr)
        raise KeyboardInterrupt

    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, interrupt)


def _run(options: argparse.Namespace) -> Result:
    """Run all sections. Keep the directory if one failed."""
    directory = Path(tempfile.mkdtemp(prefix="soak-", dir=options.dir)).resolve()
    began = time.monotonic()
    try:
        result = Result(_facts(options, directory))
        with reporting() as progress:
            progress.event(f"seed {options.seed}, logs in {directory}")
            _sections(options, directory, result, progress)
        result.facts["result"] = (
            f"{'failed' if result.failed else 'passed'} in {(time.monotonic() - began) / 60:.0f} min"
        )
        if result.failed:
            result.kept = directory
    except KeyboardInterrupt:
        shutil.rmtree(directory, ignore_errors=True)
        raise
    except Exception:
        print(f"The soak test itself failed; its logs and data are in {directory}", file=sys.stderr)
        raise
    if not result.failed:
        shutil.rmtree(directory)
    return result


def _facts(options: argparse.Namespace, directory: Path) -> dict[str, str]:
    described = machine.describe(directory)
    hours = options.rate * options.minutes * 60 / OFFICE_REQUESTS_PER_HOUR
    settings = {
        "storm": f"{options.rounds} rounds of the kill storm on each database",
        "sending": f"{options.kills:,} kills of processes that send on each database",
        "disk": f"full disk {options.repeats} times",
        "restarts": f"PostgreSQL restarted {options.repeats} times in each way",
        "fuzz": f"each parser fuzzed for {options.seconds:g} s",
        "waterfall": f"{options.cases:,} random cases of the waterfall",
        "steady": f"{options.minutes:g} min of steady load on each database at {options.rate:g} requests a second, "
        f"which equals {hours:.2g} h of an office that sends 50",
    }
    return {
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "machine": f"{described['machine'].rpartition(', ')[0]}, {platform.system()}",  # without the OS build
        **{name: described[name] for name in ("python", "disk", "version")},
        "settings": "; ".join([*(settings[name] for name in options.only), f"seed {options.seed}"]),
    }


def _sections(options: argparse.Namespace, directory: Path, result: Result, progress: Progress) -> None:
    rng = random.Random(options.seed)
    for campaign in _campaigns(options):
        _add(result, run_campaign(campaign, directory, rng, progress), progress)
    if "fuzz" in options.only:
        _add(result, fuzz(options.seconds, directory, rng, progress), progress)
    if "waterfall" in options.only:
        _add(result, waterfall.run(options.cases, rng.randrange(10**9), progress), progress)
    if "steady" not in options.only:
        return
    for database in options.databases:
        with _database(database, directory, result) as server:
            url = server.new_database("soak") if server else None
            plan = Plan(database, options.minutes * 60, options.rate, rng.randrange(10**9), url)
            _steady(plan, directory, result, progress)


def _campaigns(options: argparse.Namespace) -> Iterator[Campaign]:
    """Yield the test campaigns. The full disk is for SQLite only, restarts are for PostgreSQL only."""
    kill = "test_kill_storm.py::test_nothing_acknowledged_is_lost_when_the_server_is_killed"
    send = "test_sending_storm.py::test_no_text_is_sent_twice_or_lost_when_senders_are_killed"
    for database in options.databases:
        if "storm" in options.only:
            yield Campaign("storm", database, (f"{TESTS}/{kill}[{database}]",), rounds=options.rounds)
    for database in options.databases:
        if "sending" in options.only:
            yield Campaign("sending", database, (f"{TESTS}/{send}[{database}]",), rounds=options.kills, unit="kills")
    if "disk" in options.only and "sqlite" in options.databases:
        yield Campaign("disk", "sqlite", (f"{TESTS}/test_full_disk.py",), repeats=options.repeats)
    if "restarts" in options.only and "postgresql" in options.databases:
        yield Campaign("restarts", "postgresql", (f"{TESTS}/test_postgres_restart.py",), repeats=options.repeats)


@contextmanager
def _database(database: str, directory: Path, result: Result) -> Iterator[Postgres | None]:
    """Yield a separate PostgreSQL server, or None for SQLite."""
    with ExitStack() as stack:
        server = stack.enter_context(postgres(directory)) if database == "postgresql" else None
        if server is not None:
            result.facts["python"] += f", PostgreSQL {server.version}"
        yield server


def _steady(plan: Plan, directory: Path, result: Result, progress: Progress) -> None:
    try:
        findings, watcher = run_steady(plan, directory / f"steady-{plan.database}", progress)
    except SteadyFailed as error:
        findings = [Finding("steady", plan.database, "the run", "ended early", "", good=False, problem=str(error))]
    else:
        result.series[plan.database] = watcher.series()
    _add(result, findings, progress)


def _add(result: Result, findings: list[Finding], progress: Progress) -> None:
    result.findings += findings
    for finding in findings:
        if finding.good is False:
            progress.event(f"FAILED {finding.section}, {finding.database}, {finding.what}: {finding.problem}")


if __name__ == "__main__":
    main()
