"""`python -m backend.app.cli` is `valhalla`."""

from backend.app.cli.commands import main

if __name__ == "__main__":
    main()
