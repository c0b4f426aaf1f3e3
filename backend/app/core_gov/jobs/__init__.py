"""Jobs: long work that people start, and that continues after any interruption."""
