"""Properties: their records, comparable sales, valuations, repair and rent estimates, and neighborhood ratings."""
