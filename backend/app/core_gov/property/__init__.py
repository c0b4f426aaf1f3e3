"""Property intelligence: the properties that are watched, what they are worth and what they would take."""
