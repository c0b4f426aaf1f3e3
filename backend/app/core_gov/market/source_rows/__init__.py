"""Columns of sources beyond our fields: further columns for the model, and columns that no field uses."""
