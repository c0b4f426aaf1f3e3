"""A section of the soak: every parser of what comes from outside, fed with what it was not made for.

`targets` calls each parser as the application does and says which refusals are expected; `seeds` is where inputs begin,
`mutator` changes them, `worker` runs one target in a process of its own under limits of memory and time, and `play`
starts that process and reads what came out.
"""
