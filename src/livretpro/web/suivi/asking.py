"""What several views of the exports check of a request."""

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied

from livretpro.livrets.permissions import can_configure
from livretpro.web.base.place import DiplomaPlace

MAX_DIGITS = 19
"""A larger number is no key: PostgreSQL would refuse it."""


def heads_only(place: DiplomaPlace) -> None:
    """403 for who neither configures nor exports."""
    if not can_configure(place.actor):
        raise PermissionDenied


def is_number(text: str) -> bool:
    """Whether a text sent may be a key."""
    return text.isascii() and text.isdigit() and len(text) < MAX_DIGITS


def numbers(sent: Iterable[str]) -> set[int]:
    """The keys among what was sent."""
    return {int(text) for text in sent if is_number(text)}
