"""Search over the records of all packages."""
