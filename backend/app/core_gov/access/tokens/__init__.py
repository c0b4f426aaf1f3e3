"""Access tokens: the credentials of programs."""
