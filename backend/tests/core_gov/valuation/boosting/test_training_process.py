"""The process that fits members: it ends with its input, and loads neither settings nor a store."""

import subprocess
import sys
from io import BytesIO

import numpy as np
import pytest

from backend.app.core_gov.valuation.boosting import training_process
from backend.app.core_gov.valuation.boosting.members import TrainingData, TreeSettings
from backend.app.core_gov.valuation.boosting.messages import read_message, write_message
from backend.app.core_gov.valuation.boosting.training_process import write_data, write_member


def test_process_ends_when_its_input_ends() -> None:
    command = [sys.executable, "-m", training_process.__name__]
    done = subprocess.run(command, input=b"", capture_output=True, check=True)
    assert done.stdout == b""


def test_process_ends_when_its_input_ends_in_the_middle_of_a_fit() -> None:
    rng = np.random.default_rng(1)
    endless = TreeSettings(2, 1_000_000, 6, 4, 10)
    stream = BytesIO()
    write_data(stream, TrainingData(rng.normal(size=(200, 2)), rng.normal(size=(1, 200)), np.arange(200) % 2, endless))
    write_member(stream, 0)
    command = [sys.executable, "-m", training_process.__name__]
    done = subprocess.run(command, input=stream.getvalue(), capture_output=True, check=True)
    assert done.stdout == b""


def test_process_fails_if_a_message_cannot_be_read() -> None:
    command = [sys.executable, "-m", training_process.__name__]
    done = subprocess.run(command, input=(3).to_bytes(8, "little") + b"abc", capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (1, b"")


def test_process_loads_neither_settings_nor_a_store() -> None:
    script = f"import sys, {training_process.__name__}; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, text=True).stdout.split()
    assert training_process.__name__ in loaded
    assert not {"backend.app.settings", "backend.app.kit.db", "sqlalchemy", "sqlite3", "fastapi"} & set(loaded)


def test_message_is_read_as_written() -> None:
    stream = BytesIO()
    write_message(stream, matrix=np.eye(3), settings="é", member=4)
    stream.seek(0)
    message = read_message(stream)
    assert (message["settings"].item(), message["member"].item()) == ("é", 4)
    np.testing.assert_array_equal(message["matrix"], np.eye(3))


def test_truncated_message_is_refused() -> None:
    stream = BytesIO()
    write_message(stream, matrix=np.eye(3))
    with pytest.raises(EOFError):
        read_message(BytesIO(stream.getvalue()[:-1]))


def test_objects_are_not_sent() -> None:
    with pytest.raises(ValueError, match="allow_pickle"):
        write_message(BytesIO(), matrix=np.array([object()]))
