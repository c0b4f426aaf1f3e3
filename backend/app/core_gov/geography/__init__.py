"""Places: regions, postal points, addresses, distances."""
