"""Generated schools: the same for the same arguments, filled by the actions of the application."""

import csv
import io
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.conf import settings

from livretpro.livrets.actions import fill, set_periodicity
from livretpro.livrets.rules import PeriodKind
from livretpro.referentiels.actions import load_all
from livretpro.referentiels.models import Competence, Diploma
from livretpro.referentiels.rules import Level
from livretpro.schools.actors import Actor, command_line
from livretpro.schools.models import Division, Enrolment, School, SchoolYear, Student
from livretpro.schools.rules import default_year_bounds

UAI = "0990001N"
YEAR = 2025
CFD = "40025520"  # MELEC: thirteen competences
MEF_TERMINALE = "2472552033"
PUPILS = 35
OTHER_UAI = "0990002P"
DIVISIONS, LIVRETS = 30, 660  # the largest school of the country (data/scale, spec 09)

APPRECIATION = (
    "Élève sérieux et volontaire : les progrès de l’année sont réels, l’autonomie s’affirme en "
    "atelier, le travail écrit reste à approfondir. Poursuivez ainsi !"
)
SYNTHESIS = (
    "Tâches confiées : pose de chemins de câbles, raccordement de tableaux divisionnaires, mise en "
    "service d’éclairages de sécurité, contrôle des grandeurs caractéristiques.\n"
    "Compétences professionnelles : organise son poste, lit les schémas, respecte la norme ; doit "
    "encore gagner en rapidité lors du diagnostic d’une panne.\n"
    "Compétences sociales : ponctuel, à l’écoute, bien intégré à l’équipe du chantier."
)


@dataclass(frozen=True)
class Class:
    """A division of terminale whose livrets are all full, and who exports it."""

    division: Division
    diploma: Diploma
    head: Actor


@dataclass(frozen=True)
class Whole:
    """A school of terminales whose livrets are all full, and who exports them."""

    divisions: tuple[Division, ...]
    diploma: Diploma
    head: Actor


def full_class(*, pupils: int = PUPILS, seed: int = 1) -> Class:
    """Load the reference data and make a school of one division, every livret green."""
    load_all(settings.REFERENCE_DIR)
    whole = _full(UAI, ["TMELEC"], pupils, seed)
    return Class(whole.divisions[0], whole.diploma, whole.head)


def full_school(
    uai: str = OTHER_UAI, *, divisions: int = DIVISIONS, pupils: int = LIVRETS, seed: int = 2
) -> Whole:
    """Make a school beside it, the largest of the country unless said, every livret green."""
    codes = [f"TMELEC{number:02}" for number in range(1, divisions + 1)]
    return _full(uai, codes, pupils // divisions, seed)


def _full(uai: str, codes: Sequence[str], pupils: int, seed: int) -> Whole:
    """A school of these divisions, so many pupils in each."""
    school = School.objects.create(uai=uai, name="Lycée des mesures", current_year=YEAR)
    start, end = default_year_bounds(YEAR)
    year = SchoolYear.objects.create(school=school, year=YEAR, start=start, end=end)
    head, chance = command_line(school), random.Random(seed)
    set_periodicity(year, CFD, Level.TERMINALE, PeriodKind.TRIMESTRE, by=head)
    made = tuple(Division.objects.create(school_year=year, code=code) for code in codes)
    for rank, division in enumerate(made):
        numbers = range(1001 + rank * pupils, 1001 + (rank + 1) * pupils)
        enrol(division, numbers)
        _fill(year, numbers, chance, by=head)
    return Whole(made, Diploma.objects.get(cfd=CFD), head)


def enrol(division: Division, numbers: Iterable[int]) -> None:
    """Pupils of terminale MELEC in a division, by their SIECLE identifiers."""
    year = division.school_year
    students = Student.objects.bulk_create(
        Student(
            school=year.school,
            siecle_id=number,
            ine=f"{number:09}AA",
            last_name=f"NOM{number:04}",
            first_name="Camille",
            name_key=f"nom{number:04}",
            first_name_key="camille",
        )
        for number in numbers
    )
    Enrolment.objects.bulk_create(
        Enrolment(
            student=student,
            school_year=year,
            division=division,
            mef_given=f"{MEF_TERMINALE}0",
            mef=MEF_TERMINALE,
            cfd=CFD,
            level=Level.TERMINALE.value,
            start=year.start,
        )
        for student in students
    )


def _fill(year: SchoolYear, numbers: range, chance: random.Random, *, by: Actor) -> None:
    lines = [_line(number, _codes(), chance) for number in numbers]
    filling = fill(year, _sheet(lines), by=by, apply=True)
    if filling.errors:
        raise ValueError(filling.errors[0])


def _codes() -> list[str]:
    own = Competence.objects.filter(referentiel__diplomas__cfd=CFD, expected=True)
    return list(own.values_list("code", flat=True))


def _line(number: int, codes: Iterable[str], chance: random.Random) -> dict[str, str]:
    return {
        "eleve_id": str(number),
        **{f"moyenne_{period}": _mark(chance) for period in (1, 2, 3)},
        **{code: str(chance.randint(1, 4)) for code in codes},
        "appreciation": APPRECIATION,
        **dict(_teachers()),
        "pfmp_exporter": "oui",
        "pfmp_synthese": SYNTHESIS,
        "pfmp_nom": "EXEMPLE",
        "pfmp_prenom": "Anna",
        "pfmp_semaines": "22",
        "pfmp_etranger": "non",
        "projet_note": _mark(chance),
        "projet_appreciation": APPRECIATION,
    }


def _mark(chance: random.Random) -> str:
    return f"{chance.randint(0, 2000) / 100:.2f}"


def _teachers() -> Iterator[tuple[str, str]]:
    for block in ("", "projet_"):
        for rank, last_name in enumerate(("DURAND", "PETIT"), start=1):
            yield f"{block}enseignant_{rank}_nom", last_name
            yield f"{block}enseignant_{rank}_prenom", "Claude"


def _sheet(lines: list[dict[str, str]]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(lines[0]), delimiter=";")
    writer.writeheader()
    writer.writerows(lines)
    return out.getvalue()
