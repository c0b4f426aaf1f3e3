"""Pages between the sign-in page and a provider of single sign-on."""
