"""Valuation model: hedonic baseline, boosted trees, recent residuals, prediction intervals."""
