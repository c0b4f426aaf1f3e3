"""Tasks of markets on a schedule: synchronizing feeds, training, revaluing properties."""
