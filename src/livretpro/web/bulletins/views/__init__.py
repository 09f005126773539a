"""Pages of Bulletins."""
