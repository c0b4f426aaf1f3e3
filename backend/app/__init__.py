"""Valhalla: the back office of a real-estate investment company."""

import gc

__version__ = "0.3.0"

# The modules and records at startup are many small, long-lived objects. Frequent garbage collections over them take a
# sixth of the startup time, so collect less often.
gc.set_threshold(20_000, 10, 10)
