"""Benchmarks of `make bench`: the speed of Valhalla on this machine, next to a bare endpoint of the same framework.

`__main__` reads the `command_line` and runs one section, a module whose `figures` yields the lines of the table:
`api` (requests at two sizes), `market` (sales, models, comparisons, valuations), `scale` (a million records),
`access` (who sends a request, sign-ins),
`archive` (backup, restore, transfer) or `side_by_side` (two other services, which `peers` runs).

Shared modules: `servers` starts servers, `commands` runs commands, and `stores` describes the stores. `fill`, `bulk`
and `bulk_sales` fill them. `county` and `made_up_county` provide the sales. `operations` defines the requests and their
targets. `measuring` measures one operation, `load` sends its requests from a separate process. `table` prints the
results, `machine` describes the hardware. `yardstick` is the bare endpoint, `bare` the baseline for market data, and
`profiled` the service with a profiler in each thread.
"""
