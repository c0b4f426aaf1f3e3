"""Distances on the Earth's surface."""

KM_PER_DEGREE = 111.195  # great circle on a sphere of radius 6,371.0088 km, the mean radius of the Earth (IUGG)
