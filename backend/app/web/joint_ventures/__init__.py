"""Pages of joint ventures: agreements, distributions, the ledger, statements."""
