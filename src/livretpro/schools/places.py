"""Where a pupil is, without the name: enough to count livrets and to tell who writes them."""

from typing import NamedTuple, Protocol

from livretpro.schools.models import Division


class Placed(Protocol):
    """A pupil in a division, for a diploma and a level: an `Enrolment`, or a `PupilPlace`."""

    @property
    def student_id(self) -> int:
        """The pupil."""

    @property
    def division_id(self) -> int | None:
        """The key of the division."""

    @property
    def division(self) -> Division | None:
        """The division."""

    @property
    def cfd(self) -> str:
        """The diploma."""

    @property
    def level(self) -> str:
        """Première or terminale."""


class PupilPlace(NamedTuple):
    """The least that is read of an enrolment."""

    student_id: int
    division: Division
    cfd: str
    level: str

    @property
    def division_id(self) -> int:
        """The key of the division."""
        return self.division.pk
