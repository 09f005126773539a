"""Software of others that reads a school: its accesses, and what is served to it."""
