"""A thread that repeats a step until it is told to stop."""

import threading
from collections.abc import Callable

import structlog

from backend.app.kit.errors import AppError

log = structlog.get_logger("jobs")


class PollingThread:
    """Thread that calls `step`, pauses, and calls it again.

    A step that fails is logged as `complaint`, once until a step succeeds, and is repeated after the pause.
    """

    def __init__(self, name: str, step: Callable[[], object], pause_s: Callable[[], float], complaint: str) -> None:
        self._step, self._pause_s, self._complaint = step, pause_s, complaint
        self._failing = False
        self.stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Tell the step and the thread to stop. May be called from a signal handler."""
        self.stopping.set()

    def wait(self) -> None:
        """Wait until the thread has stopped."""
        while self._thread.is_alive():
            self._thread.join(1.0)  # without a timeout, some systems would not deliver signals meanwhile

    def _run(self) -> None:
        while not self.stopping.is_set():
            try:
                self._step()
                self._failing = False
            except Exception as error:  # noqa: BLE001 - the thread continues after any failure, and logs it
                self._log_failure(error)
            self.stopping.wait(self._pause_s())

    def _log_failure(self, error: Exception) -> None:
        if not self._failing:
            reason = error.detail if isinstance(error, AppError) else repr(error)
            log.warning(self._complaint, error=reason)
        self._failing = True
