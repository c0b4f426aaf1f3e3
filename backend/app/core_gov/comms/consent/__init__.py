"""Opt-outs, consent, and the texts that express them."""
