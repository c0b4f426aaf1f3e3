"""Finding sales on file: near a point, by what they are, page by page or as a file; and what a market looks like."""
