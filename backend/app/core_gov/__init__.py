"""The three packs and what governs them: access and audit."""
