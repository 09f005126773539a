"""The chain of a school's entries: what each seal covers (spec 08, Journal). No Django here.

The HMAC of an entry covers all that the entry says and the HMAC of the entry before it: an entry
that is edited, removed, inserted or moved no longer fits. The key is outside the database.
"""

import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime

BROKEN = "rompu"
"""Seal of a head whose own seal was found false: writing goes on, the evidence stays."""


@dataclass(frozen=True)
class Link:
    """What an entry says, digests included; values are told by their salted digests only."""

    school_uai: str
    rank: int
    at: datetime
    author_id: str
    author_name: str
    action: str
    kind: str
    key: str
    field: str
    request_id: str
    before_digest: str
    after_digest: str


@dataclass(frozen=True)
class Head:
    """Where a chain stands: number of entries, seal of the last one, seal of the head itself."""

    school_uai: str
    count: int
    mac: str
    seal: str

    @property
    def place(self) -> tuple[int, str]:
        """What an anchor keeps of it."""
        return self.count, self.mac


def link_mac(key: bytes, former: str, link: Link) -> str:
    """The seal of an entry that follows the one sealed `former` (empty for the first one)."""
    told = [*vars(link).values()]
    told[2] = link.at.astimezone(UTC).isoformat(timespec="microseconds")
    return _mac(key, "entree", former, *told)


def head_seal(key: bytes, school_uai: str, count: int, mac: str) -> str:
    """The seal of a head."""
    return _mac(key, "tete", school_uai, count, mac)


def anchor_seal(key: bytes, school_uai: str, count: int, mac: str, at: str) -> str:
    """The seal of an anchor: a head as it stood at the instant `at`."""
    return _mac(key, "ancre", school_uai, count, mac, at)


def head_is_true(key: bytes, head: Head) -> bool:
    """Whether the head was written with the key; a chain not begun yet has no seal."""
    if head.count == 0:
        return head.mac == head.seal == ""
    return same(head.seal, head_seal(key, head.school_uai, head.count, head.mac))


def new_salt() -> str:
    """128 bits, in hexadecimal."""
    return secrets.token_hex(16)


def value_digest(salt: str, value: str) -> str:
    """The digest of a value, which says nothing of it once the salt is erased; none for none."""
    return hashlib.sha256(f"{salt}:{value}".encode()).hexdigest() if value else ""


def same(one: str, other: str) -> bool:
    """Compare two seals in constant time."""
    return hmac.compare_digest(one.encode(), other.encode())


def _mac(key: bytes, *told: object) -> str:
    text = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
