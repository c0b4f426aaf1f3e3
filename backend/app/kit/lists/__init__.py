"""Sorted and filtered lists of records: typed key columns, the statements that use them, and positions in a list."""
