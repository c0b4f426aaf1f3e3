"""`valhalla doctor`."""

from typing import Annotated, Any, NoReturn

import typer

from backend.app.cli.terminal import out, progress
from backend.app.core_gov.access.admission import system_user
from backend.app.doctor.checks import examine
from backend.app.doctor.findings import Finding, bad
from backend.app.doctor.fixes import Fix, acknowledgment, fixes_for
from backend.app.kit import log as logs
from backend.app.kit.db import Ctx
from backend.app.kit.errors import AppError, StartError
from backend.app.settings import Settings, load_settings

app = typer.Typer()

_MARKS = {"ok": ("ok  ", "green"), "note": ("note", "yellow"), "bad": ("BAD ", "red")}


@app.command()
def doctor(
    fix: Annotated[bool, typer.Option("--fix", help="Mend what can be mended safely, and look again")] = False,
    acknowledge: Annotated[
        bool, typer.Option("--acknowledge", help="Accept the losses that are listed, so that they are not named again")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print what was found as JSON")] = False,
) -> None:
    """Look at settings, data directory, disk, database, JSON files, locks; change nothing without --fix."""
    try:
        settings = load_settings()
    except StartError as error:
        _end([_shown(bad("settings", str(error)), as_json)], [], as_json)
    logs.configure("error", settings.log_format)
    done = _fix(settings, as_json) if fix else []
    done += _acknowledge(settings, as_json) if acknowledge else []
    _end([_shown(finding, as_json) for finding in examine(settings)], done, as_json)


def _shown(finding: Finding, as_json: bool) -> Finding:
    if not as_json:
        _line(_MARKS[finding.verdict], finding.subject, finding.line)
    return finding


def _end(findings: list[Finding], done: list[dict[str, Any]], as_json: bool) -> NoReturn:
    """Print the JSON. Exit with 1 if a finding is bad or a fix failed."""
    healthy = all(finding.verdict != "bad" for finding in findings) and all(fix["done"] for fix in done)
    if as_json:
        found = {"healthy": healthy, "fixed": done, "findings": [finding.as_json() for finding in findings]}
        out.print_json(found, indent=1)
    raise typer.Exit(0 if healthy else 1)


def _fix(settings: Settings, as_json: bool) -> list[dict[str, Any]]:
    found = list(examine(settings))
    with progress("writing the JSON files") as report:
        done = [_do(fix, as_json) for fix in fixes_for(settings, Ctx(system_user(), "cli"), found, report)]
    if not (done or as_json):
        _line(("fix ", "bold"), "", _nothing_done(found))
    return done


def _nothing_done(found: list[Finding]) -> str:
    bad_ones = sum(finding.verdict == "bad" for finding in found)
    if not bad_ones:
        return "there is nothing to fix"
    return f"--fix cannot mend what is marked BAD below ({bad_ones}); each line says what does"


def _acknowledge(settings: Settings, as_json: bool) -> list[dict[str, Any]]:
    fix = acknowledgment(settings, Ctx(system_user(), "cli"))
    return [_do(fix, as_json)]


def _do(fix: Fix, as_json: bool) -> dict[str, Any]:
    """Announce a fix, apply it and print the result."""
    for will in fix.will * (not as_json):
        _line(("fix ", "bold"), fix.subjects, will)
    try:
        result, good = fix.act(), True
    except (StartError, AppError, OSError) as error:
        result, good = [str(error)], False
    for line in result * (not as_json):
        _line(("done", "green") if good else ("LEFT", "red"), fix.subjects, line)
    return {"subjects": fix.subjects, "will": fix.will, "done": good, "result": result}


def _line(mark: tuple[str, str], subject: str, sentence: str) -> None:
    out.print((mark, " ", (f"{subject:<11}", "bold"), " ", sentence))
