"""Pages of the people who can sign in, for administrators."""
