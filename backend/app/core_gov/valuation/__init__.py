"""Valuation as of a day from earlier sales: comparable sales, a model, prediction intervals, ratio studies.

Everything but the store and the service is a pure function of columns and numbers, without database or clock.
"""
