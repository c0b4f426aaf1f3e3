"""How a neighbourhood is rated: from sales and rents, and from what is known of its places; never from its people."""
