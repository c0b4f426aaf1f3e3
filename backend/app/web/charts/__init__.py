"""Charts as SVG text: pure functions from values to markup, styled by the console's style sheet."""
