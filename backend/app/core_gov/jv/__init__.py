"""Partners and joint ventures: who takes part in which deal, and what it adds up to."""
