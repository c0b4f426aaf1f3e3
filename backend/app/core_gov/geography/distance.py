"""Distances on the globe."""

KM_PER_DEGREE = 111.195  # of a great circle on a sphere of 6,371.0088 km, the mean radius of the Earth (IUGG)
