"""How the file is made: the profiles as people name them, and the options of an export."""

from dataclasses import dataclass

from lsl_xml import Profile

PROFILE_CHOICES = (
    (Profile.V1_1.value, "LSL Pro 1.1"),
    (Profile.V1_0.value, "LSL 1.0 strict"),
)


@dataclass(frozen=True)
class Options:
    """How the file is made."""

    profile: Profile = Profile.V1_1
    with_previous_year: bool = False


def profile_named(name: str) -> Profile:
    """`1.1` (ours, "LSL Pro") or `1.0` (the published one, strict)."""
    return Profile(name)
