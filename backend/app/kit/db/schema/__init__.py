"""The schema that a database has, beside the one that the migrations make.

What each migration makes is described by a file of `backend/migrations/schemas`, for SQLite and for PostgreSQL; a
test compares these files with the migrations. So nothing has to be migrated to compare a database.
"""
