"""Messages: drafts, and the log of what was sent."""
