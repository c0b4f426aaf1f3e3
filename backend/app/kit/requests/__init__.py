"""What requests may repeat or require: retries with an Idempotency-Key, conditions on ETags."""
