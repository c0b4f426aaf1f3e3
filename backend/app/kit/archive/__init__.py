"""One archive format, and the ways in and out of it: a database, an archive file, a directory of JSON files.

Whatever holds a store is read as lines (`Source`) and filled with lines (`Target`), so that counts and digests can be
compared between any two of them. Nothing here knows what the lines are about.
"""
