"""JSON files beside the database: written from it, and adopted by a new store."""
