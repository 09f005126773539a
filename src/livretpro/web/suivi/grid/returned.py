"""What the last bilan of LSL says of a class: who is rejected, who is received in part."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from livretpro.lsl_export.models import Outcome, ReturnedBilan, ReturnedPupil
from livretpro.schools.models import Enrolment
from livretpro.web.suivi.grid.page import GridPage


@dataclass(frozen=True)
class ReturnedClass:
    """The pupils whom this person sees and who are not wholly received, in the order of the class;
    `bilan` is None when there is nobody."""

    rejected: tuple[Enrolment, ...] = ()
    partial: tuple[Enrolment, ...] = ()
    bilan: ReturnedBilan | None = None

    @classmethod
    def of(cls, page: GridPage, rows: Iterable[ReturnedPupil]) -> Self:
        """Those of a page."""
        told = {row.student_id: row for row in rows}
        seen = [
            (told[sheet.enrolment.student_id], sheet.enrolment)
            for group in page.groups
            for sheet in group.sheets
            if sheet.enrolment.student_id in told
        ]
        if not seen:
            return cls()
        return cls(
            rejected=tuple(one for row, one in seen if row.outcome == Outcome.REJECTED),
            partial=tuple(one for row, one in seen if row.outcome == Outcome.PARTIAL),
            bilan=seen[0][0].bilan,
        )
