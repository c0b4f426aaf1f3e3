"""`valhalla doctor`: what an operator would look at first, looked at without changing anything, and what may be mended.

A module of this package looks at one thing each; `examine` has them all look, `mend` puts right what they found.
"""
