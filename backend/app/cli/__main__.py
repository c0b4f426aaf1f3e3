"""`python -m backend.app.cli` is `valhalla`."""

from backend.app.cli.commands import main

main()
