"""Further columns of sales as features of the trees."""
