"""What came out: the lines of the table, in Markdown for `docs/operations.md` and as JSON for programs."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from backend.app.kit.output.output_file import OutputFile, write_text

_HEADINGS = ("section", "database", "what", "figure", "wanted", "")


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the table; `good` is None where nothing is judged.

    `problem` says in a sentence what is wrong, or why something could not be looked at.
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
    """All that a run found, and on what machine; `series` are the samples of each steady load."""

    facts: dict[str, str]
    findings: list[Finding] = field(default_factory=list)
    series: dict[str, list[Mapping[str, float]]] = field(default_factory=dict)
    kept: Path | None = None

    @property
    def failed(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.good is False]

    @property
    def not_looked_at(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.good is None and finding.problem]


def markdown(result: Result) -> str:
    """The facts, the table, and the verdict."""
    facts = "\n".join(f"- {name}: {text}" for name, text in result.facts.items())
    return "\n\n".join([facts, _rows(_HEADINGS, map(_cells, result.findings)), verdict(result)])


def verdict(result: Result) -> str:
    """Whether all is well, and if not, what is not and where the logs are."""
    if not result.findings:
        return "Nothing was looked at."
    lines = [f"**Failed**: {len(result.failed)} of {len(result.findings)} lines." if result.failed else "**Passed**."]
    lines += [f"- {_named(each)}: {each.problem or each.figure}" for each in result.failed]
    if result.not_looked_at:
        lines += ["", "Not tested here:"]
        lines += [f"- {_named(each)}: {each.problem}" for each in result.not_looked_at]
    if result.kept is not None:
        lines += ["", f"Logs and data are kept in {result.kept}"]
    return "\n".join(lines)


def write_json(output: OutputFile, result: Result) -> None:
    """The same with every sample, for programs."""
    document = {
        "facts": result.facts,
        "passed": not result.failed,
        "findings": [asdict(finding) for finding in result.findings],
        "series": result.series,
        "kept": str(result.kept) if result.kept else None,
    }
    write_text(output, json.dumps(document, indent=1, ensure_ascii=False) + "\n")


def _named(finding: Finding) -> str:
    return f"{finding.section}, {finding.database}, {finding.what}"


def _cells(finding: Finding) -> tuple[str, ...]:
    mark = {True: "ok", False: "**failed**", None: "not tested" if finding.problem else ""}[finding.good]
    return finding.section, finding.database, finding.what, finding.figure, finding.wanted, mark


def _rows(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table whose columns stand below each other in plain text too."""
    cells = [[cell.replace("|", "\\|").replace("\n", " ") for cell in row] for row in (headings, *rows)]
    widths = [max(3, *(len(row[n]) for row in cells)) for n in range(len(headings))]
    lines = [" | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in cells]
    return "\n".join(f"| {line} |" for line in [lines[0], " | ".join("-" * width for width in widths), *lines[1:]])
