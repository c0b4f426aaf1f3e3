"""Keeping a store safe, and moving it: backups, what comes of them, exports, and moving to another database."""
