"""People who sign in: accounts, and the links by which they set a password."""
