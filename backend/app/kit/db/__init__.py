"""Database access: one interface over SQLite and PostgreSQL."""

from backend.app.kit.db.base import Database
from backend.app.kit.db.sql import InsertMany, Query, UpdateMany, doc_text, field, metadata, one_of
from backend.app.kit.db.tx import Ctx, ReadSnapshot, Tx

__all__ = [
    "Ctx",
    "Database",
    "InsertMany",
    "Query",
    "ReadSnapshot",
    "Tx",
    "UpdateMany",
    "doc_text",
    "field",
    "metadata",
    "one_of",
]
