"""The communication hub: drafts of messages, and the log of what was sent."""
