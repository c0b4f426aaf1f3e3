"""Maps: clusters of places, and the sales of all markets as their background."""
