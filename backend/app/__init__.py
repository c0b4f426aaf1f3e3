"""Valhalla: the back office of a real-estate investment company."""

import gc

__version__ = "0.3.0"

# Modules and records are many small objects that stay. Looking at them all, again and again, for garbage takes a sixth
# of the time to start; this often is enough.
gc.set_threshold(20_000, 10, 10)
