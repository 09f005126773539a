"""Append-only trail of changes."""
