"""What every pack stands on and no pack owns: it knows no business noun."""
