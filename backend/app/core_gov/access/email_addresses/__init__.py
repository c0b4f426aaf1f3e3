"""Changes of the email address with which a person signs in."""
