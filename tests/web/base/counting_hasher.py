"""The hasher of the site, with a count of its work."""

from typing import ClassVar

from livretpro.accounts.hashers import Argon2idHasher


class CountingHasher(Argon2idHasher):
    """Notes each password hashed or checked."""

    calls: ClassVar[list[str]] = []

    def encode(self, password: str, salt: str) -> str:
        self.calls.append("encode")
        return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        self.calls.append("verify")
        return super().verify(password, encoded)
