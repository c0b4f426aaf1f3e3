"""What appraisers said that properties are worth, kept beside what is computed."""
