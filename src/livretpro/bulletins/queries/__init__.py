"""Reads of the bulletins; each says what it costs."""
