"""Ledger of joint ventures: entries of two-leg lines, which cannot be unbalanced and are never changed."""
