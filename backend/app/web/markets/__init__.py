"""Pages of markets and their sales."""
