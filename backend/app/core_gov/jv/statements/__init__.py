"""Statements and notices for partners: frozen when they are issued, with a digest over their data."""
