"""What the last bilan of LSL says of a class: who is rejected, who is received in part."""

from dataclasses import dataclass
from typing import Self

from livretpro.lsl_export.models import Outcome
from livretpro.lsl_export.returned_seen import ClassSeen
from livretpro.schools.models import Enrolment
from livretpro.web.suivi.grid.page import GridPage


@dataclass(frozen=True)
class ReturnedClass:
    """The pupils whom this person sees and who are not wholly received, in the order of the
    class."""

    bilan: ClassSeen
    rejected: tuple[Enrolment, ...]
    partial: tuple[Enrolment, ...]

    @classmethod
    def of(cls, page: GridPage, bilan: ClassSeen | None) -> Self | None:
        """Those of a page; None when there is nobody."""
        if bilan is None:
            return None
        pupils = [sheet.enrolment for group in page.groups for sheet in group.sheets]

        def those(outcome: Outcome) -> tuple[Enrolment, ...]:
            return tuple(p for p in pupils if bilan.outcomes.get(p.student_id) == outcome)

        found = cls(bilan, those(Outcome.REJECTED), those(Outcome.PARTIAL))
        return found if found.rejected or found.partial else None
