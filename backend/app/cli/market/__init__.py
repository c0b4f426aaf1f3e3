"""`valhalla market …` and the values of `valhalla property …`: one module per noun."""
