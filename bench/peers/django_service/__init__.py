"""Drafts as a Django REST framework service: the same fields, choices, filters and indexes, with token access.

Written as its documentation recommends. The modules of this package need an environment with Django.
"""
