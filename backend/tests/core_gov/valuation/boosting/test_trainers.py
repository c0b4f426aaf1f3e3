"""Trainers: processes fit what threads fit, and leave nothing behind when they are given up or die."""

import os
import signal
from collections.abc import Iterator
from dataclasses import astuple, replace
from pathlib import Path

import numpy as np
import pytest

from backend.app.core_gov.valuation.boosting import trainers
from backend.app.core_gov.valuation.boosting.members import TrainingData, TreeSettings
from backend.app.core_gov.valuation.boosting.trainers import ProcessTrainer, ThreadTrainer, TrainingProcessDied
from backend.app.core_gov.valuation.model.training import train
from backend.tests.core_gov.valuation.county import FIRST_DAY, county
from backend.tests.promises import promise

SETTINGS = TreeSettings(3, 10, 6, 4, 10)


@pytest.fixture(scope="module")
def data() -> TrainingData:
    rng = np.random.default_rng(5)
    matrix = rng.normal(size=(900, 6))
    matrix[rng.random((900, 6)) < 0.1] = np.nan
    targets = np.stack([np.nan_to_num(matrix[:, 0]) + rng.normal(0, 0.1, 900), np.nan_to_num(matrix[:, 1]) ** 2])
    return TrainingData(matrix, targets, np.arange(900) % 3, SETTINGS)


@pytest.fixture
def processes() -> Iterator[ProcessTrainer]:
    made = ProcessTrainer(2)
    yield made
    made.close()


def endless(data: TrainingData) -> TrainingData:
    return replace(data, settings=replace(SETTINGS, rounds=1_000_000))


def ended(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def test_processes_fit_the_same_trees_as_threads(data: TrainingData, processes: ProcessTrainer) -> None:
    threads = ThreadTrainer(2)
    other = replace(data, targets=data.targets[::-1])
    jobs = [(each, member) for each in (data, other) for member in range(3)]
    by_thread = [threads.submit(*job) for job in jobs]
    by_process = [processes.submit(*job) for job in jobs]
    for one, same in zip(by_thread, by_process, strict=True):
        for trees, same_trees in zip(one.result(), same.result(), strict=True):
            for array, same_array in zip(astuple(trees), astuple(same_trees), strict=True):
                np.testing.assert_array_equal(array, same_array)
    threads.close()


@promise("Valuation", "Training in several processes gives the same model as in one, byte for byte.")
def test_processes_give_the_same_model(monkeypatch: pytest.MonkeyPatch) -> None:
    sales = county(300, days=500)
    by_threads = train(sales, FIRST_DAY + 501).text()
    monkeypatch.setattr(trainers, "PROCESSES_FROM", 0)
    monkeypatch.setattr(trainers, "available_cpus", lambda: 2)
    steps: list[tuple[int, int]] = []
    assert train(sales, FIRST_DAY + 501, lambda *step: steps.append(step)).text() == by_threads
    assert [done for done, _ in steps] == list(range(1, steps[-1][1] + 1))


def test_large_markets_are_trained_in_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trainers, "available_cpus", lambda: 2)
    with trainers.trainer(trainers.PROCESSES_FROM - 1) as small, trainers.trainer(trainers.PROCESSES_FROM) as large:
        assert (type(small), type(large)) == (ThreadTrainer, ProcessTrainer)
    monkeypatch.setattr(trainers, "available_cpus", lambda: 1)
    with trainers.trainer(trainers.PROCESSES_FROM) as alone:
        assert type(alone) is ThreadTrainer


def test_threads_train_if_no_process_can_be_started(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(trainers, "available_cpus", lambda: 2)
    monkeypatch.setattr("sys.executable", str(tmp_path / "missing"))
    with trainers.trainer(trainers.PROCESSES_FROM) as found:
        assert type(found) is ThreadTrainer


def test_killed_process_is_reported(data: TrainingData, processes: ProcessTrainer) -> None:
    fit = processes.submit(endless(data), 0)
    for process in processes.processes:
        os.kill(process.pid, signal.SIGKILL)
    with pytest.raises(TrainingProcessDied, match=r"^a training process was killed by signal 9, and no model was"):
        fit.result()


@pytest.mark.parametrize("failure", [KeyboardInterrupt, RuntimeError])
def test_interrupted_training_ends_its_processes(
    data: TrainingData, monkeypatch: pytest.MonkeyPatch, failure: type[BaseException]
) -> None:
    monkeypatch.setattr(trainers, "available_cpus", lambda: 2)

    def interrupted() -> None:
        with trainers.trainer(trainers.PROCESSES_FROM) as trainer:
            assert isinstance(trainer, ProcessTrainer)
            pids.extend(process.pid for process in trainer.processes)
            fits.extend(trainer.submit(endless(data), member) for member in range(3))
            raise failure

    pids: list[int] = []
    fits: list[object] = []
    with pytest.raises(failure):
        interrupted()
    assert [ended(pid) for pid in pids] == [True, True]


def test_failed_fit_is_reported(data: TrainingData, processes: ProcessTrainer) -> None:
    unknown = replace(data, targets=np.full_like(data.targets, np.nan))
    with pytest.raises(RuntimeError, match=r"^the trees could not be fitted: ValueError: Input y contains NaN"):
        processes.submit(unknown, 0).result()
    assert len(processes.submit(data, 0).result()) == 2


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="the environment of a process is read from /proc")
def test_processes_get_no_settings(data: TrainingData, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VALHALLA_SECRET", "secret")
    made = ProcessTrainer(1)
    made.submit(data, 0).result()
    environment = Path(f"/proc/{made.processes[0].pid}/environ").read_bytes()
    made.close()
    assert b"OMP_NUM_THREADS=1" in environment
    assert b"VALHALLA" not in environment
