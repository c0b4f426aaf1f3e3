"""Messages as providers list them: texts of people, and texts that left."""
