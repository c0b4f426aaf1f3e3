"""Types of progress callbacks."""

from collections.abc import Callable
from contextlib import AbstractContextManager

ReportProgress = Callable[[int, int], None]
"""Callback that receives the amount done and the total."""

ProgressBars = Callable[[str], AbstractContextManager[ReportProgress]]
"""Factory of progress bars with a label."""
