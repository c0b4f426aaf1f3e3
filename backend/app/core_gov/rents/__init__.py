"""What properties rent for: rental comps, benchmarks of an area, and estimates from them."""
