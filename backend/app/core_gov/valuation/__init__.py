"""What a property is worth on a day, from the sales before it: comparable sales, a model, and how sure they are.

Everything but the store and the service is a function of columns and numbers, with no database and no clock in it.
"""
