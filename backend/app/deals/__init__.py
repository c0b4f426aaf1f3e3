"""Deals, to which messages, partners and properties refer."""
