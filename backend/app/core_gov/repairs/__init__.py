"""Repair costs: tables of unit costs, and itemized estimates from them."""
