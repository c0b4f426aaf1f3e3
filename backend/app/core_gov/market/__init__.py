"""Market data: sales, price indexes and appraisals, imported from files or synced from an MLS."""
