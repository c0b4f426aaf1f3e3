"""Search of stored sales, near a point or by attributes, paged or exported; and market summaries."""
