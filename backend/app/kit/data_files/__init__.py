"""Tables in files: readers, cell parsing, and the file of rejected rows."""
