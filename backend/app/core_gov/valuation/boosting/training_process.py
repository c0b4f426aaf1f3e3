"""`python -m backend.app.core_gov.valuation.boosting.training_process`: fit members for the process that started it.

It reads messages from standard input, `TrainingData` or the number of a member, and writes the fitted trees of each
member to standard output. It opens no files or sockets, reads no settings, and ends as soon as its input does.
"""

import json
import os
import sys
import threading
from dataclasses import asdict, fields
from queue import SimpleQueue
from typing import IO, Any

from backend.app.core_gov.valuation.boosting.members import FittedTrees, TrainingData, TreeSettings, fit_member
from backend.app.core_gov.valuation.boosting.messages import Message, read_message, write_message


def write_data(stream: IO[bytes], data: TrainingData) -> None:
    """Send training data to a process. It replaces the data sent before."""
    settings = json.dumps(asdict(data.settings))
    write_message(stream, matrix=data.matrix, targets=data.targets, fold=data.fold, settings=settings)


def write_member(stream: IO[bytes], member: int) -> None:
    """Ask a process for a member."""
    write_message(stream, member=member)


def read_trees(stream: IO[bytes], targets: int) -> list[FittedTrees]:
    """Read a member's trees for each target. Raises EOFError if the process ended, RuntimeError if the fit failed."""
    return [_fitted_trees(read_message(stream)) for _ in range(targets)]


def _fitted_trees(message: Message) -> FittedTrees:
    if "error" in message:
        raise RuntimeError(f"the trees could not be fitted: {message['error'].item()}")
    arrays: dict[str, Any] = dict(message)
    return FittedTrees(**arrays | {"baseline": float(message["baseline"])})


def main() -> None:
    results = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what a library prints must not end up among the results
    commands: SimpleQueue[Message] = SimpleQueue()
    threading.Thread(target=_receive, args=(sys.stdin.buffer, commands), daemon=True).start()
    data = None
    while True:
        message = commands.get()
        if "matrix" in message:
            data = _training_data(message)
        elif data is not None:
            _answer(results, data, int(message["member"]))


def _receive(stream: IO[bytes], commands: "SimpleQueue[Message]") -> None:
    """Queue messages. When the input ends, end this process at once, even in the middle of a fit.

    The exit status is 1 if a message cannot be read.
    """
    status = 1
    try:
        while True:
            commands.put(read_message(stream))
    except EOFError:
        status = 0
    finally:
        os._exit(status)


def _training_data(message: Message) -> TrainingData:
    settings = TreeSettings(**json.loads(message["settings"].item()))
    return TrainingData(message["matrix"], message["targets"], message["fold"], settings)


def _answer(results: IO[bytes], data: TrainingData, member: int) -> None:
    try:
        fitted = fit_member(data, member)
    except Exception as error:  # noqa: BLE001 - raised again by the process that asked
        write_message(results, error=f"{type(error).__name__}: {error}")
        return
    for trees in fitted:
        write_message(results, **{field.name: getattr(trees, field.name) for field in fields(trees)})


if __name__ == "__main__":
    main()
