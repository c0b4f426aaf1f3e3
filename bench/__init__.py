"""What `make bench` runs: how fast Valhalla is on this machine, beside a bare endpoint of the same framework.

`__main__` reads the command line and `sections` names what can be measured; `requests` measures HTTP, with
`servers` to start what is measured, `fill` to fill it, `load` to put it under load, `operations` to say with which
requests, and `table` to show what came out.
"""
