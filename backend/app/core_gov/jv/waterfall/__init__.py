"""Waterfall of a joint venture: who gets how much of a distribution. Pure functions, without database or clock."""
