"""Drafts as a Django REST framework service: the same fields, choices, filters and indexes, with token access.

Written as its documentation teaches it. Only an environment that has Django may import the modules of this package.
"""
