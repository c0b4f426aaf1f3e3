"""Search over records, pages and actions."""
