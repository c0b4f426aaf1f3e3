"""Partners and joint ventures: links between partners and deals, and their totals."""
