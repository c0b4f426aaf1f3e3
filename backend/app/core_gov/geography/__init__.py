"""Geography: regions, postal points, addresses, distances."""
