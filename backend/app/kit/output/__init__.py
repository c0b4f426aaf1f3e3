"""Program output: files written for the user, and terminal text."""
