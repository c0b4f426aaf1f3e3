"""Pages of second factors: adding and removing them, the second step of signing in, and confirming who one is."""
