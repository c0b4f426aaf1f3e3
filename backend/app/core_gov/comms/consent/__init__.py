"""Consent and opt-outs of recipients."""
