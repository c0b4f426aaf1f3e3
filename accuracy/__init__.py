"""Accuracy of valuations: `python -m accuracy` trains on a county's earlier sales and values the later ones."""
