"""What repairs cost: tables of unit costs, and itemised estimates from them."""
