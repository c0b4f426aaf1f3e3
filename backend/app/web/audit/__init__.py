"""Page of the audit trail, for administrators."""
