"""Printing livrets on the official model, as PDF (spec 10, Print); the journal tells each print."""

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

from django.db import transaction

from livretpro.journal import actions as journal
from livretpro.livrets.groups import groups
from livretpro.livrets.printing.words import document
from livretpro.livrets.queries import Sheet, sheets
from livretpro.printed import Printed, file_name
from livretpro.referentiels.models import Diploma
from livretpro.referentiels.rules import Level
from livretpro.schools.actors import Actor
from livretpro.schools.models import Division, Enrolment, SchoolYear
from livretpro.schools.queries import pupils_of_division
from typst_pdf import compile_pdf

MODEL = Path(__file__).parent / "model" / "livret.typ"


class NothingToPrint(Exception):
    """No livret to lay out: no pupil, no periodicity, or no list of competences."""

    phrase = (
        "Il n’y a rien à imprimer : il faut un élève qui a un livret, la périodicité du niveau, "
        "et la liste des compétences attendues du diplôme."
    )


@transaction.atomic
def print_livret(
    pupil: Enrolment, year: SchoolYear, diploma: Diploma, *, by: Actor, on: date
) -> Printed:
    """The livret of a pupil whom `by` may see: eight queries. Raises `NothingToPrint`.

    `pupil` comes from `schools.queries.enrolment_in`.
    """
    if not pupil.has_livret:
        raise NothingToPrint
    own = sheets([pupil], year, known={diploma.cfd: diploma})[0]
    title = f"Livret scolaire de {pupil.student}"
    content = _compiled([own], title, year, diploma, by=by, on=on)
    _tell(str(pupil.student.siecle_id), own.content.level.label, by=by)
    place = pupil.division.code if pupil.division else ""
    return Printed(
        content, file_name("LIVRET", by.school.uai, year.year, place, str(pupil.student))
    )


@transaction.atomic
def print_division(
    division: Division, year: SchoolYear, diploma: Diploma, *, by: Actor, on: date
) -> Printed:
    """Every livret of a division at the diploma that `by` may see, in one document, première first.

    Eight queries, whatever the number of pupils. Raises `NothingToPrint`.
    """
    pupils = [p for p in pupils_of_division(by, division) if p.cfd == diploma.cfd]
    levels = list(Level)
    held = sorted(
        sheets(pupils, year, known={diploma.cfd: diploma}),
        key=lambda sheet: levels.index(sheet.content.level),
    )
    title = f"Livrets scolaires de {division.code}"
    content = _compiled(held, title, year, diploma, by=by, on=on)
    _tell(f"{division.pk}:{diploma.cfd}", f"livrets : {len(_laid_out(held))}", by=by)
    return Printed(content, file_name("LIVRETS", by.school.uai, year.year, division.code))


def _compiled(
    held: Sequence[Sheet],
    title: str,
    year: SchoolYear,
    diploma: Diploma,
    *,
    by: Actor,
    on: date,
) -> bytes:
    kept = _laid_out(held)
    if not kept:
        raise NothingToPrint
    of = groups(year, [diploma.cfd], read=held).of
    printed = [(sheet, of(sheet.enrolment)) for sheet in kept]
    return compile_pdf(MODEL, document(printed, title, by.school, year, diploma, on=on))


def _laid_out(sheets: Iterable[Sheet]) -> list[Sheet]:
    """Those with periods and competences to lay out."""
    return [sheet for sheet in sheets if sheet.content.kind and sheet.content.expected]


def _tell(key: str, what: str, *, by: Actor) -> None:
    change = journal.Change("imprime", "impression", key, what)
    journal.record([change], school_uai=by.school.uai, by=by.author)
