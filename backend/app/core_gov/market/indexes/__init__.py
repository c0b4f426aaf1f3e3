"""Price indices that others publish, loaded from their files, and which index a market goes by."""
