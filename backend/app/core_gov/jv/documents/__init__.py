"""Documents of joint ventures: what happened to the money. They are never changed, and post entries to the ledger."""
