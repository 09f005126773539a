"""The livrets of a division as a spreadsheet: handed out, told in the journal."""

from collections.abc import Sequence

from django.db import transaction

from livretpro.journal import actions as journal
from livretpro.livrets.actions.values import Closed
from livretpro.livrets.queries import sheets
from livretpro.livrets.workbook.layout import Mark, pages_of
from livretpro.livrets.workbook.writing import write
from livretpro.schools.actors import Actor
from livretpro.schools.models import Division, Enrolment

NOTHING_OPEN = (
    "Il n’y a rien à remplir : aucun livret de cette division n’est ouvert à la saisie. "
    "La direction règle la périodicité et le référentiel du diplôme."
)


def hand_out_workbook(
    division: Division, cfd: str, pupils: Sequence[Enrolment], *, by: Actor
) -> bytes:
    """The workbook of the livrets of these pupils, all of this division and diploma.

    Seven queries, whatever the number of pupils. Raises `Closed` when no livret is open.
    """
    pages = pages_of(sheets(pupils, division.school_year))
    if not pages:
        raise Closed(NOTHING_OPEN)
    key = f"{division.school_year.year}:{division.code}"
    change = journal.Change("telecharge", "division", key, "livrets en tableur")
    with transaction.atomic():
        journal.record([change], school_uai=by.school.uai, by=by.author)
    return write(Mark.of(division, cfd, by.school.uai), pages)
