"""Check of the database schema, and its repair."""
