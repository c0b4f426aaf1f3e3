"""Repair of damaged SQLite files: reading them page by page, rebuilding indexes in a copy, salvaging rows."""
