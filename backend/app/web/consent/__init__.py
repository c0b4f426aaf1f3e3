"""Pages of opt-outs and of consent."""
