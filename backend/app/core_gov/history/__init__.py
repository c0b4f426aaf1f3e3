"""History of one record, for whoever can read the record."""
