"""The livrets of a division as a spreadsheet: handed out, compared once filled, written."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction

from livretpro.journal import actions as journal
from livretpro.livrets.actions.fill import Filling, fill_sheet
from livretpro.livrets.actions.values import Closed
from livretpro.livrets.queries import sheets
from livretpro.livrets.sheet import CLEAR, PUPIL, Sheet, SheetError, SheetRow
from livretpro.livrets.workbook.layout import Mark, pages_of
from livretpro.livrets.workbook.reading import Filled, read
from livretpro.livrets.workbook.writing import write
from livretpro.referentiels.queries import competence_codes
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
    with transaction.atomic():
        _tell("telecharge", division, "livrets en tableur", by=by)
    return write(Mark.of(division, cfd, by.school.uai), pages)


class WrongWorkbook(Exception):
    """A workbook of something else; `phrase` says of what."""

    def __init__(self, phrase: str) -> None:
        super().__init__(phrase)
        self.phrase = phrase


@dataclass(frozen=True)
class Compared:
    """A filled workbook beside the livrets: nothing is written yet. `gone` are the SIECLE
    identifiers of its pupils who are not in the division any more: their rows are left out."""

    filled: Filled
    filling: Filling
    gone: tuple[int, ...] = ()


@dataclass(frozen=True)
class Agreed:
    """A cell somebody agreed to: the text wanted, in place of the text that stood then."""

    siecle_id: int
    column: str
    text: str
    before: str


def compare_workbook(
    data: bytes, division: Division, cfd: str, pupils: Iterable[Enrolment], *, by: Actor
) -> Compared:
    """What a filled workbook changes in the livrets of these pupils of a division.

    Raises `safe_input.Refused`, and `WrongWorkbook` for one of elsewhere.
    """
    filled = read(data, competence_codes(by.school.uai))
    _check_mark(filled.mark, Mark.of(division, cfd, by.school.uai))
    own = {pupil.student.siecle_id for pupil in pupils}
    gone = tuple(row.siecle_id for row in filled.sheet.rows if row.siecle_id not in own)
    rows = tuple(row for row in filled.sheet.rows if row.siecle_id in own)
    kept = Sheet(rows, filled.sheet.errors)
    return Compared(filled, fill_sheet(division.school_year, kept, by=by, apply=False), gone)


def apply_agreed(
    division: Division, agreed: Iterable[Agreed], pupils: Iterable[Enrolment], *, by: Actor
) -> Filling:
    """Write the cells somebody agreed to, all or none: one that changed since is a conflict, one of
    a pupil who is no longer among those of the division an error.

    The line of an error is the SIECLE identifier of its pupil.
    """
    own = {pupil.student.siecle_id for pupil in pupils}
    cells: dict[int, list[Agreed]] = {}
    for cell in agreed:
        cells.setdefault(cell.siecle_id, []).append(cell)
    rows = tuple(
        SheetRow(
            siecle_id,
            siecle_id,
            cells={cell.column: cell.text or CLEAR for cell in held},
            seen={cell.column: cell.before for cell in held},
        )
        for siecle_id, held in cells.items()
    )
    gone = tuple(
        SheetError(siecle_id, PUPIL, f"L’élève {siecle_id} n’est plus dans cette division.")
        for siecle_id in cells
        if siecle_id not in own
    )
    kept = tuple(row for row in rows if row.siecle_id in own)
    with transaction.atomic():
        filling = fill_sheet(division.school_year, Sheet(kept, gone), by=by, apply=True)
        if filling.applied and filling.changes:
            _tell("depose", division, f"livrets en tableur : {len(filling.changes)}", by=by)
    return filling


def _tell(action: str, division: Division, what: str, *, by: Actor) -> None:
    key = f"{division.school_year.year}:{division.code}"
    change = journal.Change(action, "division", key, what)
    journal.record([change], school_uai=by.school.uai, by=by.author)


def _check_mark(mark: Mark, wanted: Mark) -> None:
    """Refuse the workbook of another school, year, diploma or division."""
    named = (
        (mark.uai == wanted.uai, f"de l’établissement {mark.uai}"),
        (mark.year == wanted.year, f"de l’année scolaire {mark.year}"),
        (mark.cfd == wanted.cfd, f"d’un autre diplôme ({mark.cfd})"),
        (mark.division == wanted.division, f"de la division {mark.division}"),
    )
    for same, of_what in named:
        if not same:
            raise WrongWorkbook(
                f"Ce classeur est celui {of_what} : déposez celui de la division "
                f"{wanted.division}, téléchargé ici."
            )
