"""Exports of lists as CSV: at once if they are small, as jobs if they are large."""
