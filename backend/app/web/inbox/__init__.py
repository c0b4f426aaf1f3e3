"""Page of messages that people sent."""
