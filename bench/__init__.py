"""What `make bench` runs: how fast Valhalla is on this machine, beside a bare endpoint of the same framework.

`__main__` reads the `command_line` and calls one section, a module whose `figures` yields the lines of the table:
`api` (requests at two sizes), `market` (sales, models, comparisons, valuations), `scale` (a million records),
`archive` (backup, restore, transfer) or `side_by_side` (two other services, which `peers` knows how to run). Under
them: `servers` starts what is measured, `commands` runs what is a command, `stores` says where, `fill`, `bulk` and
`bulk_sales` fill it, `county` and `made_up_county` have the sales, `operations` says which requests are sent and what
they should reach, `measuring` measures one, `load` sends it from a process of its own, `table` shows what came out,
`machine` on what. `yardstick` is the bare endpoint, `bare` what market data stands beside, `profiled` the service
with a profiler in each thread.
"""
