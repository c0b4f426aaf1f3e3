"""Worked numbers of docs/jv/agreement_fields.md, computed by the waterfall from the terms and cases on the page.

The first `json` block of the page has the terms. The table after `<!-- cases -->` has flows by name. A table after
`<!-- worked: CASE, PATH -->` has a choice in each row: a JSON value that replaces what is at the path, or is merged
with it if both are objects. `tiers` takes the names of the tiers that apply, in their order. More choices may follow
the path (`PATH=VALUE`), which hold for the whole table. Columns named after partners and tiers hold what each gets in
all distributions of the case, and `promote` the promote of the promote partners in the first one.

python -m backend.tests.docs.agreement_tables       writes the numbers
"""

import json
import re
import sys
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import ValidationError

from backend.app.core_gov.jv.agreements.conversion import faults_of_terms, waterfall_terms
from backend.app.core_gov.jv.agreements.service import AgreedTerms
from backend.app.core_gov.jv.agreements.tiers import AgreementTerms
from backend.app.core_gov.jv.distributions.computation import Division, promote
from backend.app.core_gov.jv.waterfall.flows import Contribution, Flow
from backend.app.core_gov.jv.waterfall.trace import money
from backend.app.core_gov.jv.waterfall.waterfall import distribute
from backend.tests.harness import ROOT

PAGE = ROOT / "docs" / "jv" / "agreement_fields.md"
_TERMS = re.compile(r"^```json\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_CASES = re.compile(r"^<!-- cases -->\n((?:\|.*\n)+)", re.MULTILINE)
_CONTRIBUTED = re.compile(r"(\w+) ([\d,.]+) on ([\d-]{10})")
_DISTRIBUTED = re.compile(r"([\d,.]+) on ([\d-]{10})(?: payable ([\d-]{10}))?")
_WORKED = re.compile(r"^<!-- worked: ([^,]+), (.+) -->\n((?:\|.*\n)+)", re.MULTILINE)
REFUSED = "refused"
_WORDS = {"choice", "what happens"}


@dataclass(frozen=True, slots=True)
class Case:
    """Contributions, and distributions with cents, the declared day and the payable day."""

    contributions: list[Contribution]
    distributions: list[tuple[int, date, date]]


@dataclass(frozen=True, slots=True)
class Worked:
    """A choice as the page shows it: what is computed from, and the row of the table."""

    case: Case
    terms: dict[str, Any]
    path: str
    choice: Any
    cells: dict[str, str]

    def numbers(self) -> dict[str, str]:
        """Return the computed cells of the row by column."""
        try:
            written = AgreementTerms.model_validate(self.terms)
        except ValidationError:
            written = None
        if written is None or faults_of_terms(written):
            return {name: text if name in _WORDS else REFUSED for name, text in self.cells.items()}
        found = {name: money(cents) for name, cents in _totals(written, self.case).items()}
        found["promote"] = money(_promote(written, self.case))
        return {name: found.get(name, text) for name, text in self.cells.items()}


def base_terms(text: str) -> dict[str, Any]:
    found = _TERMS.search(text)
    assert found is not None
    terms: dict[str, Any] = json.loads(found[1])
    return terms


def cases(text: str) -> dict[str, Case]:
    """Return the cases of the page by name."""
    found = _CASES.search(text)
    assert found is not None
    return {row[0].strip("`"): _case(row[1], row[2]) for row in _rows(found[1])[1]}


def _case(paid_in: str, paid_out: str) -> Case:
    contributions = [
        Contribution(date.fromisoformat(on), partner, _cents(amount))
        for partner, amount, on in _CONTRIBUTED.findall(paid_in)
    ]
    distributions = [
        (_cents(amount), date.fromisoformat(on), date.fromisoformat(payable or on))
        for amount, on, payable in _DISTRIBUTED.findall(paid_out)
    ]
    return Case(contributions, distributions)


def _cents(written: str) -> int:
    return int(written.replace(",", "").replace(".", ""))


def _rows(table: str) -> tuple[list[str], list[list[str]]]:
    lines = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()]
    return lines[0], lines[2:]


def worked(text: str) -> Iterator[Worked]:
    """Yield every choice of the page."""
    known, terms = cases(text), base_terms(text)
    for case, paths, table in _WORKED.findall(text):
        path, *held = re.split(r", (?=tiers|[a-z_]+=)", paths)
        changed = terms
        for each in held:
            name, _, value = each.partition("=")
            changed = _with(changed, name, json.loads(value))
        names, rows = _rows(table)
        for row in rows:
            choice = json.loads(row[0].strip("`"))
            yield Worked(known[case], _with(changed, path, choice), path, choice, dict(zip(names, row, strict=True)))


def _with(terms: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """Return terms with another value at a path. Tiers are named; `tiers` alone takes their names."""
    changed = deepcopy(terms)
    by_name = {tier["name"]: tier for tier in changed["tiers"]}
    if path == "tiers":
        return changed | {"tiers": [by_name[name] for name in value]}
    target: Any = changed
    *parents, last = path.split(".")
    for part in parents:
        target = by_name if target is changed and part == "tiers" else target[part]
    merged = isinstance(value, dict) and isinstance(target[last], dict)
    target[last] = target[last] | value if merged else value
    return changed


def _totals(written: AgreementTerms, case: Case) -> dict[str, int]:
    """Return the cents that each partner and each tier gets in all distributions of a case."""
    terms, flows = waterfall_terms(written), list[Flow](case.contributions)
    found = dict.fromkeys((*written.partners, *terms.names), 0)
    for cents, declared, payable in case.distributions:
        payment = distribute(terms, flows, payable if written.accrues_until == "payment" else declared, cents)
        flows.append(payment.as_flow())
        for partner, amount in payment.by_partner.items():
            found[partner] += amount
        for name, tier in zip(terms.names, payment.tiers, strict=True):
            found[name] += tier.cents
    return found


def _promote(written: AgreementTerms, case: Case) -> int:
    """Return the promote of the first distribution of a case."""
    terms = waterfall_terms(written)
    cents, on, _ = case.distributions[0]
    payment = distribute(terms, case.contributions, on, cents)
    contributed: dict[str, int] = {}
    for each in case.contributions:
        contributed[each.partner] = contributed.get(each.partner, 0) + each.cents
    division = Division(AgreedTerms("", "", "", written, terms), payment, {}, {}, {})
    return sum(promote(division, contributed).values())


def rewritten(text: str) -> str:
    """Return the page with every number computed again."""
    rows = iter(list(worked(text)))

    def table(found: re.Match[str]) -> str:
        head, line, *old = found[3].splitlines()
        new = [f"| {' | '.join(next(rows).numbers().values())} |" for _ in old]
        return f"<!-- worked: {found[1]}, {found[2]} -->\n" + "".join(f"{each}\n" for each in (head, line, *new))

    return _WORKED.sub(table, text)


if __name__ == "__main__":
    PAGE.write_text(rewritten(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    sys.stdout.write(f"{PAGE.relative_to(ROOT)}: written\n")
