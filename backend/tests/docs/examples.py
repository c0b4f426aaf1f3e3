"""Commands in the docs and their output: checked against a real server, or updated from one.

A block that begins with ```` ```console run ```` holds commands, each after `$ `, and under each what it prints,
JSON indented. In one that begins with ```` ```console run raw ```` answers are shown as they come. The commands of a
document run in its order, on one machine; after `<!-- machine: NAME -->` in a line of its own they run on another one,
which is empty when it is first named. A command that ends in `\\` goes on in the next line. What may be left out of an
answer is told in `names`.

python -m backend.tests.docs.examples               compares every document with what really happens
python -m backend.tests.docs.examples --write       writes what really happens into the documents
"""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path

from backend.tests.docs import tables
from backend.tests.docs.names import Names
from backend.tests.docs.terminal import Terminal
from backend.tests.harness import ROOT

FENCES = {"```console run": False, "```console run raw": True}
"""Start of a code block with commands, and whether its output is shown unformatted."""

MACHINE = re.compile(r"<!-- machine: (.+) -->")
"""Line that names the machine on which the following commands run."""


@dataclass(slots=True)
class Example:
    """A command, and its documented output."""

    line: int
    command: str
    printed: list[str]
    raw: bool = False
    machine: str = ""

    @property
    def program(self) -> str:
        """Return the command as the shell reads it."""
        return re.sub(r"\\\n\s*", "", self.command)

    @property
    def text(self) -> str:
        return "\n".join(self.printed).rstrip("\n")

    def print(self, answer: str) -> None:
        """Replace the documented output. Blank lines after it stay."""
        blank = len(self.printed) - len(self.text.splitlines())
        self.printed = answer.splitlines() + [""] * blank


@dataclass(slots=True)
class Document:
    """A document: its text, and its examples with their positions."""

    parts: list[str | Example]

    @classmethod
    def read(cls, path: Path) -> "Document":
        return cls(list(_parts(path.read_text().splitlines())))

    @property
    def examples(self) -> list[Example]:
        return [part for part in self.parts if isinstance(part, Example)]

    @property
    def machines(self) -> dict[str, list[Example]]:
        """Return the examples of each machine, in document order."""
        found: dict[str, list[Example]] = {}
        for example in self.examples:
            found.setdefault(example.machine, []).append(example)
        return found

    def text(self) -> str:
        lines: list[str] = []
        for part in self.parts:
            lines += [part] if isinstance(part, str) else [f"$ {part.command}", *part.printed]
        return "\n".join(lines) + "\n"


def _parts(lines: list[str]) -> Iterator[str | Example]:
    inside, raw, machine = False, False, ""
    example: Example | None = None
    for number, line in enumerate(lines, 1):
        if inside and line == "```" and not _continues(example):
            inside = False
            if example is not None:
                yield example
            example = None
            yield line
        elif inside and line.startswith("$ "):
            if example is not None:
                yield example
            example = Example(number, line[2:], [], raw, machine)
        elif inside and _continues(example):
            assert example is not None
            example.command += f"\n{line}"
        elif inside:
            if example is None:
                raise AssertionError(f"line {number}: a block that runs begins with a command after `$ `")
            example.printed.append(line)
        else:
            inside, raw = line in FENCES, FENCES.get(line, False)
            named = MACHINE.fullmatch(line)
            machine = named[1] if named else machine
            yield line


def _continues(example: Example | None) -> bool:
    """Return whether the command continues on the next line."""
    return example is not None and not example.printed and example.command.endswith("\\")


def documents() -> list[Path]:
    """Return every document with executable commands."""
    found = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    return sorted(path for path in found if FENCES.keys() & set(path.read_text().splitlines()))


def machines() -> list[tuple[Path, str]]:
    """Return every document with the name of each of its machines."""
    return [(path, name) for path in documents() for name in Document.read(path).machines]


def differences(path: Path, machine: str) -> str:
    """Return the differences between a document and the real output on a machine."""
    found, names = [], Names()
    for example, answer in _answers(Document.read(path).machines[machine], names):
        if not names.agree(example.text, answer):
            shown = names.rewrite(example.text, answer).splitlines()
            lines = unified_diff(example.text.splitlines(), shown, "in the document", "really", lineterm="")
            found.append("\n".join([f"{path.name}:{example.line}: $ {example.command}", *lines]))
    return "\n\n".join(found)


def write(path: Path) -> bool:
    """Update the outputs and tables of a document. Return whether anything changed."""
    before, document = path.read_text(), Document.read(path)
    for examples in document.machines.values():
        names = Names()
        for example, answer in _answers(examples, names):
            if not names.agree(example.text, answer):
                if "…" in example.text:
                    sys.stderr.write(f"{path.name}:{example.line}: what is left out is yours to choose again\n")
                example.print(names.rewrite(example.text, answer))
    after = tables.written(document.text())
    if after != before:
        path.write_text(after)
    return after != before


def _answers(examples: list[Example], names: Names) -> Iterator[tuple[Example, str]]:
    """Run the examples on a new machine, and yield each with its output."""
    with Terminal() as terminal:
        for example in examples:
            yield example, terminal.run(names.real(example.program), raw=example.raw)


def main() -> None:
    """Compare the docs with real output, or update them. Differences are printed, with exit status 1."""
    writes = sys.argv[1:] == ["--write"]
    failed = False
    for path in documents():
        if writes:
            sys.stdout.write(f"{path.relative_to(ROOT)}: {'written' if write(path) else 'as it was'}\n")
            continue
        for name in Document.read(path).machines:
            if found := differences(path, name):
                failed = True
                sys.stderr.write(f"{found}\n\n")
    sys.exit(failed)


if __name__ == "__main__":
    main()
