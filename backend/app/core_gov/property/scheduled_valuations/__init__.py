"""Values of properties that are computed on a schedule, in a typed table."""
