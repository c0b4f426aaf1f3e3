"""Dated notes on records of any kind."""
