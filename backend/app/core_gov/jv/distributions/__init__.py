"""Distributions of joint ventures: preview with trace, and declaration."""
