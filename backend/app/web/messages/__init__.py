"""Pages of messages: drafts and the send log."""
