"""Django database engine that starts the embedded server at the first connection of the process."""
