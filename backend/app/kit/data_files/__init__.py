"""Tables in files: reading them, what their cells say, and the file of what was refused."""
