"""The audit trail: who changed what, when, and how it was before. Never edited, never deleted."""
