"""Audit trail: who changed what, when, and the previous values. Append-only."""
