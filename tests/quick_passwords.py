"""Passwords hashed as in the application, at the least cost: none of a test is worth guarding."""

from livretpro.accounts.hashers import Argon2idHasher


class QuickArgon2(Argon2idHasher):
    """Argon2 with one pass over the least memory, 8 KiB."""

    time_cost = 1
    memory_cost = 8
    parallelism = 1
