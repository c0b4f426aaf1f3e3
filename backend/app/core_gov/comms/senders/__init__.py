"""Accounts through which messages leave, defined in `senders.toml`."""
