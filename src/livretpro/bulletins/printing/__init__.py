"""Printing bulletins as PDF; the journal tells each print (spec 06, Bulletin)."""

import io
import zipfile
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from django.db import transaction

from livretpro.bulletins.models import Period
from livretpro.bulletins.permissions import can_read_bulletins
from livretpro.bulletins.printing.words import document
from livretpro.bulletins.queries.contents import (
    BulletinContent,
    DivisionBulletins,
    bulletins_of,
)
from livretpro.bulletins.queries.periods import mockups_of
from livretpro.bulletins.queries.seen import seen_students
from livretpro.bulletins.telling import change, tell
from livretpro.printed import Printed, file_name
from livretpro.schools.actors import Actor
from livretpro.schools.models import Division, Student
from typst_pdf import compile_pdf

MODEL = Path(__file__).parent / "model" / "bulletin.typ"
ZIP = "application/zip"


class NothingToPrint(Exception):
    """No bulletin to lay out: no pupil that this person sees, or no mock-up."""

    phrase = (
        "Il n’y a rien à imprimer : il faut un élève, et une maquette donnée à la division pour "
        "cette période."
    )


def print_bulletin(
    student: Student, division: Division, period: Period, *, by: Actor, on: date
) -> Printed:
    """The bulletin of a pupil: fifteen queries at most. Raises `NothingToPrint`.

    Laid out outside any transaction: the journal, told last, waits for no layout.
    """
    held = _read(division, period, by, {student.pk})
    (content,) = held.bulletins
    made = compile_pdf(MODEL, _words(held, [content], f"Bulletin de {student}", by, on))
    _tell(f"{student.pk}:{period.pk}", str(division), by)
    return Printed(made, _name("BULLETIN", held, by, str(student)))


def print_division(
    division: Division, period: Period, *, by: Actor, on: date, apart: bool = False
) -> Printed:
    """The bulletins of a division that `by` sees, in the order of names: in one document, or one
    each in an archive when `apart`.

    As `print_bulletin`: fifteen queries at most, whatever the number of pupils. Raises
    `NothingToPrint`.
    """
    held = _read(division, period, by, None)
    made = _laid_out(held, by, on, apart=apart)
    _tell(f"{division}, {period}", f"bulletins : {len(held.bulletins)}", by)
    return made


def _laid_out(held: DivisionBulletins, by: Actor, on: date, *, apart: bool) -> Printed:
    if apart:
        return Printed(
            _archive(held, by, on), _name("BULLETINS", held, by, ending="zip"), media_type=ZIP
        )
    title = f"Bulletins de {held.division}"
    content = compile_pdf(MODEL, _words(held, held.bulletins, title, by, on))
    return Printed(content, _name("BULLETINS", held, by))


def _read(
    division: Division, period: Period, by: Actor, students: set[int] | None
) -> DivisionBulletins:
    line = mockups_of([period]).get((division.pk, period.pk))
    if line is None or not can_read_bulletins(by):
        raise NothingToPrint
    seen = seen_students(by, division)
    wanted = students if seen is None else seen if students is None else students & seen
    held = bulletins_of(division, period, line.mockup, school=by.school, students=wanted)
    if not held.bulletins:
        raise NothingToPrint
    return held


def _words(
    held: DivisionBulletins,
    contents: Iterable[BulletinContent],
    title: str,
    by: Actor,
    on: date,
) -> dict[str, object]:
    return document(held, contents, title, school=by.school, on=on)


def _archive(held: DivisionBulletins, by: Actor, on: date) -> bytes:
    out, names = io.BytesIO(), set[str]()
    with zipfile.ZipFile(out, "w") as archive:
        for content in held.bulletins:
            pupil = content.enrolment.student
            name = _name("BULLETIN", held, by, str(pupil))
            if name in names:
                name = _name("BULLETIN", held, by, f"{pupil} {pupil.siecle_id}")
            names.add(name)
            made = compile_pdf(MODEL, _words(held, [content], f"Bulletin de {pupil}", by, on))
            info = zipfile.ZipInfo(name, (on.year, on.month, on.day, 0, 0, 0))
            info.external_attr = 0o600 << 16
            archive.writestr(info, made)
    return out.getvalue()


def _name(word: str, held: DivisionBulletins, by: Actor, *parts: str, ending: str = "pdf") -> str:
    period, year = f"{held.period.kind}{held.period.number}", held.division.school_year.year
    return file_name(word, by.school.uai, year, held.division.code, period, *parts, ending=ending)


@transaction.atomic
def _tell(key: str, what: str, by: Actor) -> None:
    tell(by, change("imprime", "bulletin", key, what))
