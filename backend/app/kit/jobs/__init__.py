"""Background jobs: the leases that one process at a time holds, and what runs when it is due."""
