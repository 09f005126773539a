"""Published reference data."""
