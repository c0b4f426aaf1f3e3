"""Deals, which messages, partners and properties refer to."""
