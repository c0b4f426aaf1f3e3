"""The schema of a database, compared with the one that the migrations make.

Files in `backend/migrations/schemas` describe the result of each migration, for SQLite and for PostgreSQL. A test
compares these files with the migrations. So comparing a database needs no migration.
"""
