"""The model of values: hedonic baseline, boosted trees, recent residuals, intervals."""
