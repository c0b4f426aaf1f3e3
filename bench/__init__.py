"""What `make bench` runs: how fast Valhalla is on this machine, beside a bare endpoint of the same framework.

`__main__` reads the command line and calls the sections; each is a module whose `measure` yields the figures of the
table (`serving` is the first). Under them: `servers` starts what is measured, `fill` fills it, `operations` says
which requests are sent and what they should reach, `load` sends them from a process of its own, `table` shows what
came out, `machine` on what. `yardstick` is the bare endpoint, `profiled` the service with a profiler in each thread.
"""
