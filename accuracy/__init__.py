"""How right the values are: `python -m accuracy` trains on the earlier sales of a county and values the later ones."""
