"""Valhalla: the back office of a real-estate investment company."""

__version__ = "0.3.0"
