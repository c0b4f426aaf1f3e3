"""`valhalla …`: the service and its records on the command line, through the services that the API calls.

Each module of this package holds one command or one group of commands.
"""

from backend.app.cli.commands import main

__all__ = ["main"]
