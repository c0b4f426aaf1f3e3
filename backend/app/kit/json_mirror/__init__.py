"""The JSON files beside the database: written from it, adopted by a store that begins."""
