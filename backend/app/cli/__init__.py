"""`valhalla …`: the service and its records from a terminal, by the services that the API calls.

A module of this package holds a command, or a group of them.
"""

from backend.app.cli.commands import main

__all__ = ["main"]
