"""Market data: what sold, for how much, and how prices moved; imported from files or synced from an MLS."""
