"""Access control: tokens, roles, and the rules that every request passes."""
