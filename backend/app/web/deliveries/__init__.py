"""Pages of deliveries: what became of messages that were given to a sender."""
