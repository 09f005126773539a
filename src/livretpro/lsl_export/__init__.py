"""From livrets to the file of LSL."""
