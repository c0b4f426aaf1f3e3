"""`valhalla doctor`."""

from typing import Annotated, Any, NoReturn

import typer

from backend.app.cli.terminal import out, progress
from backend.app.core_gov.access.system_user import system_user
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
    fix: Annotated[bool, typer.Option("--fix", help="Fix what can be fixed safely, then check again")] = False,
    acknowledge: Annotated[
        bool, typer.Option("--acknowledge", help="Accept the listed losses, so that they are no longer reported")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON")] = False,
) -> None:
    """Check settings, data directory, disk, database, JSON files and locks. Changes nothing without --fix."""
    try:
        settings = load_settings()
    except StartError as error:
        _exit([_print_finding(bad("settings", str(error)), as_json)], [], as_json)
    logs.configure("error", settings.log_format)
    findings, done = _fix(settings, as_json) if fix else (None, [])
    done += _acknowledge(settings, as_json) if acknowledge else []
    current = examine(settings) if findings is None or done else findings
    _exit([_print_finding(finding, as_json) for finding in current], done, as_json)


def _print_finding(finding: Finding, as_json: bool) -> Finding:
    if not as_json:
        _line(_MARKS[finding.verdict], finding.subject, finding.line)
    return finding


def _exit(findings: list[Finding], done: list[dict[str, Any]], as_json: bool) -> NoReturn:
    """Print the JSON. Exit with 1 if a finding is bad or a fix failed."""
    healthy = all(finding.verdict != "bad" for finding in findings) and all(fix["done"] for fix in done)
    if as_json:
        document = {"healthy": healthy, "fixed": done, "findings": [finding.as_json() for finding in findings]}
        out.print_json(document, indent=1)
    raise typer.Exit(0 if healthy else 1)


def _fix(settings: Settings, as_json: bool) -> tuple[list[Finding], list[dict[str, Any]]]:
    """Apply the safe fixes. Return the findings before them, and what was done."""
    findings = list(examine(settings))
    with progress("Writing the JSON files") as report:
        done = [_apply(fix, as_json) for fix in fixes_for(settings, Ctx(system_user(), "cli"), findings, report)]
    if not (done or as_json):
        _line(("fix ", "bold"), "", _nothing_done(findings))
    return findings, done


def _nothing_done(findings: list[Finding]) -> str:
    count = sum(finding.verdict == "bad" for finding in findings)
    if not count:
        return "there is nothing to fix"
    return f"--fix cannot fix the findings marked BAD below ({count}); each line says what to do"


def _acknowledge(settings: Settings, as_json: bool) -> list[dict[str, Any]]:
    fix = acknowledgment(settings, Ctx(system_user(), "cli"))
    return [_apply(fix, as_json)]


def _apply(fix: Fix, as_json: bool) -> dict[str, Any]:
    """Announce a fix, apply it and print the result."""
    for step in fix.will * (not as_json):
        _line(("fix ", "bold"), fix.subjects, step)
    try:
        result, good = fix.act(), True
    except (StartError, AppError, OSError) as error:
        result, good = [str(error)], False
    for line in result * (not as_json):
        _line(("done", "green") if good else ("LEFT", "red"), fix.subjects, line)
    return {"subjects": fix.subjects, "will": fix.will, "done": good, "result": result}


def _line(mark: tuple[str, str], subject: str, sentence: str) -> None:
    out.print((mark, " ", (f"{subject:<11}", "bold"), " ", sentence))
