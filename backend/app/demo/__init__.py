"""`valhalla demo`: a fictional company in a disposable data directory of its own.

`place` guards the directory, `packages` installs the house sales, and `company` creates the records through the
services that the API calls. `people`, `pipeline` and `messages` hold their content.
"""
