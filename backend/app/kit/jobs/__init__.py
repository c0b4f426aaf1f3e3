"""Background jobs: leases that one process at a time holds, and a runner for jobs that are due."""
