"""Pages of the installation: who I am, tokens, feeds, findings of the doctor."""
