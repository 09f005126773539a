"""What the project measures, each figure against a floor measured in the same run (spec 09)."""
