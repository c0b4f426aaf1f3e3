"""Send gate: decides whether a message may be sent now, later, only after a person agreed, or not at all."""
