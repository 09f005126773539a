"""The entry page of a livret: what it shows, what its saves answer."""
