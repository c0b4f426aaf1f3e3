"""`valhalla demo`: a made-up company in a data directory of its own, to look at and to throw away.

`place` guards the directory, `packages` gets the house sales, `company` makes the records, by the services that the
API calls; `people`, `pipeline` and `messages` are what it makes them from.
"""
