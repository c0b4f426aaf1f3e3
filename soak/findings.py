"""Results: the lines of the table, as Markdown for `docs/measurements.md` and as JSON for programs."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from backend.app.kit.output.output_file import OutputFile, write_text

_HEADINGS = ("section", "database", "what", "figure", "wanted", "")


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the table. `good` is None if the line has no limit.

    `problem` is a sentence about what is wrong, or why something could not be checked.
    """

    section: str
    database: str
    what: str
    figure: str
    wanted: str = ""
    good: bool | None = None
    problem: str = ""


@dataclass
class Result:
    """All results of a run, and the machine. `series` are the samples of each steady load."""

    facts: dict[str, str]
    findings: list[Finding] = field(default_factory=list)
    series: dict[str, list[Mapping[str, float]]] = field(default_factory=dict)
    kept: Path | None = None

    @property
    def failed(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.good is False]

    @property
    def not_tested(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.good is None and finding.problem]


def markdown(result: Result) -> str:
    """Return the facts, the table and the verdict."""
    facts = "\n".join(f"- {name}: {text}" for name, text in result.facts.items())
    return "\n\n".join([facts, _rows(_HEADINGS, map(_cells, result.findings)), verdict(result)])


def verdict(result: Result) -> str:
    """Return the verdict in words, with the failures and the location of the logs."""
    if not result.findings:
        return "Nothing was tested."
    lines = [f"**Failed**: {len(result.failed)} of {len(result.findings)} lines." if result.failed else "**Passed**."]
    lines += [f"- {_title(each)}: {each.problem or each.figure}" for each in result.failed]
    if result.not_tested:
        lines += ["", "Not tested here:"]
        lines += [f"- {_title(each)}: {each.problem}" for each in result.not_tested]
    if result.kept is not None:
        lines += ["", f"Logs and data are in {result.kept}"]
    return "\n".join(lines)


def write_json(output: OutputFile, result: Result) -> None:
    """Write the same as JSON, with every sample."""
    document = {
        "facts": result.facts,
        "passed": not result.failed,
        "findings": [asdict(finding) for finding in result.findings],
        "series": result.series,
        "kept": str(result.kept) if result.kept else None,
    }
    write_text(output, json.dumps(document, indent=1, ensure_ascii=False) + "\n")


def _title(finding: Finding) -> str:
    return f"{finding.section}, {finding.database}, {finding.what}"


def _cells(finding: Finding) -> tuple[str, ...]:
    mark = {True: "ok", False: "**failed**", None: "not tested" if finding.problem else ""}[finding.good]
    return finding.section, finding.database, finding.what, finding.figure, finding.wanted, mark


def _rows(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table whose columns are aligned in plain text too."""
    cells = [[cell.replace("|", "\\|").replace("\n", " ") for cell in row] for row in (headings, *rows)]
    widths = [max(3, *(len(row[n]) for row in cells)) for n in range(len(headings))]
    lines = [" | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in cells]
    return "\n".join(f"| {line} |" for line in [lines[0], " | ".join("-" * width for width in widths), *lines[1:]])
