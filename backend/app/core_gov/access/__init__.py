"""Access control: people, sessions, tokens, roles, and the rules that every request passes."""
