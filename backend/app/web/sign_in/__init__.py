"""Pages of signing in, of invitations, and of new passwords."""
