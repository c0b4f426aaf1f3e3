"""One archive format, with import from and export to a database, an archive file or a directory of JSON files.

Every store is read as lines (`Source`) and filled with lines (`Target`), so counts and digests of any two can be
compared. Nothing here depends on the content of the lines.
"""
