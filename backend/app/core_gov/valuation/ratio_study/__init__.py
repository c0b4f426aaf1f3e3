"""Ratio studies by the IAAO standard: values held against prices that were paid later."""
