"""Who may use the service: tokens, roles, and the gate that every request passes."""
