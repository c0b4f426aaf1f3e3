"""Rents of properties: rental comps, benchmarks of areas, and estimates from them."""
