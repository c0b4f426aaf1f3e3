"""The database: one engine, two places to run it."""

from backend.app.kit.db.base import Database
from backend.app.kit.db.sql import Query, doc_text, field, metadata
from backend.app.kit.db.tx import Ctx, Tx

__all__ = ["Ctx", "Database", "Query", "Tx", "doc_text", "field", "metadata"]
