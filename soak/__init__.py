"""Soak test of `make soak`: Valhalla under load and faults, for any duration.

`__main__` reads the command line, runs the sections and prints the results. `survive` repeats the tests of
`backend/tests/survive` (killed processes, full disks, PostgreSQL restarts); `pytest_events` is their progress plugin.

`steady` runs a constant load on one process, the `service`. `virtual_user` simulates one user, and `connection` is
their connection. `refusals` are requests that must fail, `journal` records the responses, and `operator_commands` runs
the operator's commands. `sampling` samples the process, `trend` fits the trend of the samples, `verification` compares
acknowledged with stored records, and `limits` compares each figure with its limit. `fuzz` fuzzes every parser, each in
a separate process. `findings` is the table of results, and `progress` prints progress.
"""
