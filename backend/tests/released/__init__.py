"""Stores of released versions, which every newer version must open.

A folder holds the store of a version: `store.sql` is its SQLite database as text, `json/` its JSON files, `archive.zip`
an archive of its schema. A release, or a migration, adds a folder: `python -m backend.tests.released.make VERSION`.
"""
