"""Neighborhood ratings from sales, rents and facts about places; never from demographics."""
