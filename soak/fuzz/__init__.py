"""Section `fuzz`: every parser of external input, fed with malformed input.

`targets` calls each parser as the application does and defines the expected errors. `seeds` are the initial inputs,
`mutator` changes them, `worker` runs one target in a separate process with limits on memory and time, and `run` starts
that process and reads its result.
"""
