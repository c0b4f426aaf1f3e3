"""Suggestion of a mapping for a file of sales, from the names and values of its columns."""
