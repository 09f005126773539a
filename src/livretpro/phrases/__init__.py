"""Ready phrases: kept by a person or by the school, for texts that each system declares."""
