"""Ratio studies by the IAAO standard: values compared with prices paid later."""
