"""Comparable sales: candidates, adjustments, weights."""
