"""Passwords: which are allowed, and how they are stored."""
