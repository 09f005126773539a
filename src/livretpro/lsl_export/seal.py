"""The seal of a file: SHA-256 and a detached Ed25519 signature (spec 08)."""

import hashlib
from functools import cache
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings

from livretpro.keys import kept_once


@cache
def _key(folder: Path) -> Ed25519PrivateKey:
    fresh = Ed25519PrivateKey.generate().private_bytes_raw()
    return Ed25519PrivateKey.from_private_bytes(kept_once(folder / "sceau", fresh))


def _own_key() -> Ed25519PrivateKey:
    """The key of this instance, made at first use in a folder of mode 0700."""
    return _key(settings.DATA_DIR / "cles")


def digest(content: bytes) -> str:
    """SHA-256 of a file, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def sign(sha256: str) -> bytes:
    """The 64-byte signature of a digest."""
    return _own_key().sign(sha256.encode())


def is_genuine(sha256: str, signature: bytes) -> bool:
    """Whether this instance signed this digest."""
    try:
        _own_key().public_key().verify(signature, sha256.encode())
    except InvalidSignature:
        return False
    return True


def public_key() -> str:
    """The public key, PEM, for whoever wants to check a file."""
    pem = _own_key().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return pem.decode()
