"""`valhalla doctor`: read-only checks of the installation, and safe repairs.

Each module of this package checks one subject. `examine` runs all checks; `fixes_for` yields the repairs of `--fix`.
"""
