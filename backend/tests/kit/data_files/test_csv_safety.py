"""Texts survive an export and an import: the guard against formulas is removed exactly where it was added."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from backend.app.kit.data_files.csv_safety import cell, guarded, unguarded
from backend.app.kit.data_files.csv_table import CsvTable, read_csv
from backend.app.kit.data_files.import_result import ImportResult
from backend.app.kit.data_files.rejects import Rejects
from backend.app.kit.output.output_file import named_file
from backend.tests.promises import promise

TEXTS = st.text(st.sampled_from("'=+-@\t\n 10.,eA\uff1d\u00a0") | st.characters(codec="utf-8"), max_size=8)
FORMULAS = ("=1+1", "+A1", "-2+3", "@SUM(A1)", "\t=1", "=cmd|' /C calc'!A0", "+1-416-234-5678")


@promise("Backups and transfers", "Exported CSV cells are imported as the texts that were exported.")
@given(TEXTS)
@example("'=1")
@example("''+A1")
def test_guard_is_removed_exactly(text: str) -> None:
    assert unguarded(guarded(text)) == text
    assert guarded(text) in {text, "'" + text}


@given(TEXTS)
def test_text_without_guard_is_not_changed(text: str) -> None:
    assert unguarded(text) == text or guarded(unguarded(text)) == text


@pytest.mark.parametrize("formula", FORMULAS)
def test_formula_stays_guarded_behind_apostrophes(formula: str) -> None:
    for text in (formula, "'" + formula, "''" + formula):
        assert guarded(text) == "'" + text


@pytest.mark.parametrize(
    "text", ["+14162345678", "-5", "-.5", "-1.5e-3", "+1,234.50", "-5%", "-122.25", "-", "'90s", "555-0147", "a=1"]
)
def test_what_cannot_be_a_formula_is_unchanged(text: str) -> None:
    assert guarded(text) == text


@promise("Backups and transfers", "Exported CSV cells are imported as the texts that were exported.")
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(TEXTS.map(str.strip), min_size=3, max_size=3), max_size=4))
def test_texts_without_surrounding_space_survive_a_file(tmp_path: Path, rows: list[list[str]]) -> None:
    with (tmp_path / "a.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("one", "two", "three"), *(map(cell, row) for row in rows)])
    found = read_csv(tmp_path / "a.csv")
    assert isinstance(found, CsvTable)
    assert [row.cells for row in found.rows()] == [row for row in rows if any(row)]


@promise("Backups and transfers", "Exported CSV cells are imported as the texts that were exported.")
def test_exported_file_and_rejected_rows_are_read_as_they_were(tmp_path: Path) -> None:
    texts = [*FORMULAS, "+14162345678", "'=1", "''", "'90s house", "-", "it's", "a,b", "\u00bd"]
    exported = io.StringIO(newline="")
    csv.writer(exported).writerows([map(cell, texts), map(cell, texts)])
    file, rejected = tmp_path / "a.csv", tmp_path / "b.csv"
    file.write_text(exported.getvalue(), encoding="utf-8", newline="")
    first = read_csv(file)
    result = ImportResult(first.count)
    with Rejects(named_file(rejected, replace=False), first.columns, result) as rejects:
        for row in first.rows():
            rejects.add(row.number, row.cells, "=reason")
    for table in (first, read_csv(rejected)):
        assert isinstance(table, CsvTable)
        assert (list(table.columns), [row.cells for row in table.rows()]) == (texts, [texts])
    with rejected.open(encoding="utf-8", newline="") as lines:
        for text in (text for cells in csv.reader(lines) for text in cells):
            assert guarded(unguarded(text)) == text
