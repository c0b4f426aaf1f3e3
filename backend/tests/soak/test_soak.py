"""The soak test on tiny sizes: its verdicts, its detection of faults, and its cleanup."""

import json
import random
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.tests import preloaded
from backend.tests.harness import ROOT, SOON_S, until
from backend.tests.promises import promise
from soak.__main__ import read_options
from soak.findings import Finding, Result, markdown, verdict
from soak.journal import Journal
from soak.service import log_errors
from soak.survive import Campaign, Tally, findings
from soak.trend import MAX_POINTS, theil_sen, thinned, trend
from soak.verification import differences

FACTS = {"date": "2026-11-22"}


class TestFlat:
    @given(st.floats(-1e3, 1e3), st.floats(-1e3, 1e3), st.integers(2, 50))
    def test_theil_sen_returns_the_slope_of_a_line(self, slope: float, level: float, count: int) -> None:
        points = [(float(at), level + slope * at) for at in range(count)]
        assert theil_sen(points) == pytest.approx(slope, abs=1e-6)

    def test_theil_sen_is_robust_to_outliers(self) -> None:
        rng = random.Random(1)
        points = [(float(at), 100.0 + (500.0 if at % 10 == 0 else rng.random())) for at in range(200)]
        assert abs(theil_sen(points)) < 0.01

    def test_trend_ignores_the_warm_up_and_detects_a_leak(self) -> None:
        flat = [(float(at), 50.0 + min(at, 25)) for at in range(101)]
        leaking = [(at, value + at / 5) for at, value in flat]
        assert (trend(flat, 100.0).growth, trend(flat, 100.0).level) == (0.0, 75.0)
        assert trend(leaking, 100.0).growth == pytest.approx(20.0)
        assert trend(leaking, 100.0).share == pytest.approx(0.229, abs=0.001)

    def test_trend_without_samples_is_an_error(self) -> None:
        assert theil_sen([]) == 0.0
        with pytest.raises(ValueError, match="no sample after the warm-up"):
            trend([(1.0, 5.0)], 100.0)

    @given(st.integers(0, 5000))
    def test_many_samples_are_thinned(self, count: int) -> None:
        assert min(count, MAX_POINTS // 2) <= len(thinned([(0.0, 0.0)] * count)) <= MAX_POINTS


class TestTable:
    good = Finding("steady", "sqlite", "requests", "10", "≥ 9", good=True)
    bad = Finding("steady", "sqlite", "errors", "1", "0", good=False, problem="a|b")
    away = Finding("disk", "sqlite", "test_x", "–", problem="this machine allows no name spaces")

    def test_table_of_a_passed_run(self) -> None:
        shown = markdown(Result(FACTS, [self.good]))
        assert "| steady  | sqlite   | requests | 10     | ≥ 9    | ok  |" in shown
        assert shown.endswith("**Passed**.")

    def test_verdict_lists_failures_with_reason_and_logs(self) -> None:
        said = verdict(Result(FACTS, [self.good, self.bad], kept=Path("logs")))
        assert "**Failed**: 1 of 2 lines.\n- steady, sqlite, errors: a|b" in said
        assert said.endswith("Logs and data are in logs")
        assert "a\\|b" not in markdown(Result(FACTS, [self.bad])).splitlines()[-1]

    def test_verdict_lists_what_was_not_tested(self) -> None:
        said = verdict(Result(FACTS, [self.good, self.away]))
        assert said.startswith("**Passed**.\n\nNot tested here:\n- disk, sqlite, test_x: this machine allows no name")

    def test_run_without_findings_is_not_passed(self) -> None:
        assert verdict(Result(FACTS)) == "Nothing was tested."


class TestCampaigns:
    storm = Campaign("storm", "sqlite", ("a",), rounds=2)

    def fact(self, outcome: str, reason: str = "") -> dict[str, Any]:
        properties = {"rounds": 2, "acknowledged": 700} if outcome == "passed" else {}
        return {"test": "x.py::test_x[sqlite]", "outcome": outcome, "reason": reason, "properties": properties}

    def shown(self, *facts: dict[str, Any]) -> dict[str, Finding]:
        tally = Tally(seeds=[7])
        for fact in facts:
            tally.add(fact, 7)
        return {finding.what: finding for finding in findings(self.storm, tally)}

    def test_campaign_reports_rounds_writes_and_seeds(self) -> None:
        shown = self.shown(self.fact("passed"))
        assert (shown["rounds"].figure, shown["rounds"].good) == ("2", True)
        assert (shown["acknowledged writes"].figure, shown["seeds (STORM_SEED)"].figure) == ("700", "7")

    def test_campaign_reports_other_figures_of_its_test(self) -> None:
        tally = Tally()
        properties = {"rounds": 1_000, "texts accepted": 8_000, "… lost, or sent twice": 0}
        for _ in range(2):
            tally.add(self.fact("passed") | {"properties": properties}, 7)
        campaign = Campaign("sending", "sqlite", ("a",), rounds=2_000, unit="kills")
        shown = {finding.what: finding.figure for finding in findings(campaign, tally)}
        assert (shown["kills"], shown["texts accepted"], shown["… lost, or sent twice"]) == ("2,000", "16,000", "0")

    @promise(
        "Operator tools",
        "`make soak` simulates an office, cleans up, and reports each failure with the seed that repeats it.",
    )
    def test_failure_is_reported_with_its_seed(self) -> None:
        rounds = self.shown(self.fact("failed", "dr_1 was acknowledged and is gone"))["rounds"]
        assert (rounds.good, rounds.problem) == (
            False,
            "test_x[sqlite] with STORM_SEED=7: dr_1 was acknowledged and is gone",
        )

    def test_skipped_test_is_a_finding(self) -> None:
        shown = self.shown(self.fact("passed"), self.fact("skipped", "no name spaces"))
        assert (shown["test_x[sqlite]"].good, shown["test_x[sqlite]"].problem) == (None, "no name spaces")


def test_differences_between_acknowledged_and_stored_records() -> None:
    told = [{"id": "a", "n": 1}, {"id": "b", "n": 1}]
    assert list(differences("deals", told, told)) == []
    assert list(differences("deals", told, [{"id": "b", "n": 2}, {"id": "c"}, {"id": "c"}])) == [
        "deals: 1 stored twice",
        "deals: 1 acknowledged and lost, such as a",
        "deals: 1 stored without acknowledgment, such as c",
        "deals: 1 stored with other content than acknowledged, such as b",
    ]


def test_journal_counts_latencies_and_faults() -> None:
    journal = Journal()
    for milliseconds in range(1, 101):
        journal.count_response(200, milliseconds / 1000)
    pace = journal.lately()
    assert pace.requests == 100
    assert [pace.p50_ms, pace.p99_ms] == pytest.approx([51, 100])
    assert journal.lately().requests == 0
    assert journal.between(0, 10).p99_ms == pytest.approx(10)
    for number in range(50):
        journal.fault(f"fault {number}")
    assert (journal.wrong, len(journal.faults)) == (50, 20)


def test_log_errors_are_found(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text('Valhalla 0.1.0\n{"level": "info"}\n{"level": "error", "event": "x"}\n{torn\nTraceback (most …\n')
    assert log_errors(log) == ['{"level": "error", "event": "x"}', "{torn", "Traceback (most …"]


def soak(*options: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "soak", *options]
    return preloaded.popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@promise(
    "Operator tools",
    "`make soak` simulates an office, cleans up, and reports each failure with the seed that repeats it.",
)
def test_short_steady_run_finds_no_fault(tmp_path: Path) -> None:
    """Every kind of request gets the expected response, and every acknowledged record is present."""
    out = tmp_path / "soak.json"
    options = ["--only", "steady", "--databases", "sqlite", "--minutes", "0.05", "--dir", str(tmp_path)]
    process = soak(*options, "--out", str(out), "--rate", "200", "--seed", "1")
    shown, said = process.communicate(timeout=SOON_S)
    result = json.loads(out.read_text())
    failed = [finding for finding in result["findings"] if finding["good"] is False]
    # How many requests there were, and what the pools opened after a warm-up of less than a second, say more about the
    # machine than about the code. A leak shows all the same: every request would leave something open.
    opened = {f"{what}, {when}" for what in ("open handles", "threads") for when in ("idle", "under load")}
    assert {finding["what"] for finding in failed} <= {"requests", *opened}, said
    by_name = {finding["what"]: finding for finding in result["findings"]}
    for what in ("open handles", "threads"):
        before, after = map(int, re.findall(r"\d+", by_name[f"{what}, idle"]["figure"]))
        assert after < before + 50, said
    assert by_name["… with an unexpected response"]["figure"] == "0"
    assert by_name["acknowledged records, read back"]["good"]
    assert "| steady  | sqlite" in shown
    assert result["passed"] == (process.returncode == 0)


@promise(
    "Operator tools",
    "`make soak` simulates an office, cleans up, and reports each failure with the seed that repeats it.",
)
def test_interrupted_run_leaves_nothing(tmp_path: Path) -> None:
    process = soak("--only", "steady", "--databases", "sqlite", "--dir", str(tmp_path))
    until(lambda: any(_serves(path) for path in tmp_path.glob("soak-*/steady-sqlite/serve.log")), "it serves")
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=SOON_S)
    assert process.returncode == 1
    assert said.endswith("Interrupted. All processes that were started have been stopped.\n")
    assert list(tmp_path.iterdir()) == []


def _serves(log: Path) -> bool:
    return '"status": 201' in log.read_text()


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--minutes", "soon"], "soon is not a number from 0.05 to 1440"),
        (["--rate", "1e9"], "1e9 is not a number from 1 to 1000"),
        (["--rounds", "0"], "0 is not a whole number from 1 to 10000"),
        (["--only", "storm,rain"], "rain is not one of storm, sending, disk, restarts, fuzz, waterfall, steady"),
        (["--dir", "no/where"], "--dir: no/where is not a directory"),
        (["--out", "no/where/x.json"], f"there is no directory {Path('no/where').absolute()}"),
    ],
)
def test_invalid_option_is_one_line(options: list[str], sentence: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        read_options(options)
    assert ended.value.code == 2
    assert capsys.readouterr().err.splitlines()[-1].endswith(sentence)
