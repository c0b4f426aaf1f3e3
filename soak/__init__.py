"""What `make soak` runs: Valhalla for as long as one likes, with what may happen to it in that time.

`__main__` reads the command line, runs the sections one after the other and says what came out. `survive` plays the
storms of `backend/tests/survive` (killed processes, full disks, PostgreSQL restarted) for many rounds; `telling` is
how those tests report on the way. `steady` puts an office at work on one process, the `service`: `desk` is one
person of it, `wire` their connection, `refusals` what they are refused, `journal` what they saw, `chores` what the
operator does beside it. `watch` samples the process meanwhile, `flat` finds the trend in the samples, `truth`
compares at the end what was acknowledged with what is stored, and `judgement` says of each figure whether it is where
it must be. `fuzz` feeds every parser, each in a process of its own. `findings` is the table, `progress` says how far
it is.
"""
