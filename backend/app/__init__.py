"""Valhalla: the back office of a real-estate investment company."""

import gc
import os

__version__ = "0.9.0"

# The modules and records at startup are many small, long-lived objects. Frequent garbage collections over them take a
# sixth of the startup time, so collect less often.
gc.set_threshold(20_000, 10, 10)

# OpenBLAS reads this when NumPy is imported. The matrices here have a few hundred rows, and dividing one among threads
# costs more than it saves: solving 140 equations takes 16 times the CPU with two threads, and up to a hundred times as
# long if other work keeps the cores busy.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
