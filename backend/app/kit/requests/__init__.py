"""Retries of requests with an Idempotency-Key, and their conditions on ETags."""
