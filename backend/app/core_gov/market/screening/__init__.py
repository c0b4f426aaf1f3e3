"""Screening of sales: the rules, and the flags that they set."""
