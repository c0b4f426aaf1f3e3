"""Text index over records: which words a record has, kept in the unit of work that writes it, and finding by words."""

from backend.app.kit.search.words import SearchedFields

__all__ = ["SearchedFields"]
