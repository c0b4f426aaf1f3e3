"""Screening of sales: rules, and the flags that they set."""
