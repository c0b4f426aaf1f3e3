"""Balances of the accounts, which are the sums of the lines."""
