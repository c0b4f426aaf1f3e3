"""Backups of a store, their verification, restore, exports, and transfer to another database."""
