"""Page of one's own account."""
