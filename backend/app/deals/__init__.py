"""The deals that messages, partners and properties hang on."""
