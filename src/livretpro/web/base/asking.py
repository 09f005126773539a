"""What a request sends: whether a text may be the key of an object."""

KEY_DIGITS = 18
"""A key of more digits is none: PostgreSQL would refuse it."""


def is_key(text: str) -> bool:
    """Whether a text sent is a number that the database can look for."""
    return text.isascii() and text.isdigit() and len(text) <= KEY_DIGITS
