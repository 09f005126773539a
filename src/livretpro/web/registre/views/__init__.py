"""Pages of the Registre."""
