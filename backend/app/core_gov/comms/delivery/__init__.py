"""Delivery of a message: its states, and what a person can do about each."""
