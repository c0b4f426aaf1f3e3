"""Repair of damaged SQLite files: page-level reading, rebuilding of indexes in a copy, row salvage."""
