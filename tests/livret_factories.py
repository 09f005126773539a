"""Makes what a livret needs: a small référentiel and its codes, a class, teachers, typed values.

Stands on `factories`: the school, the year and the diploma are its own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import factories
from livretpro.journal.actions import Author
from livretpro.livrets.actions import record
from livretpro.livrets.models import Periodicity
from livretpro.referentiels.models import (
    Competence,
    Diploma,
    Nomenclature,
    NomenclatureCode,
    Referentiel,
)
from livretpro.schools.actors import Actor
from livretpro.schools.models import Division, Enrolment, SchoolYear
from livretpro.schools.rules import Role

EXPECTED = ("C1", "C2", "C3")
SUB_COMPETENCE = "C1.1"
CODES = {"C1": "5001", "C2": "5002", "C3": "5003"}
LEVEL_OF = {factories.MEF_PREMIERE: "premiere", factories.MEF_TERMINALE: "terminale"}

# Keys of the fields and what a person types: all that is mandatory, then all that is not.
MANDATORY = {
    **{f"competence:{code}": "3" for code in EXPECTED},
    "moyenne_1": "12,5",
    "enseignant_1_nom": "DURAND",
    "enseignant_1_prenom": "Anne",
}
OPTIONAL = {
    "appreciation": "De réels progrès.",
    "pfmp_synthese": "Six semaines en entreprise.",
    "pfmp_nom": "PETIT",
    "pfmp_prenom": "Zoé",
}
FULL = MANDATORY | OPTIONAL


def referentiel(slug: str = "melec", *, version: int = 1) -> Referentiel:
    """Make a référentiel of three expected competences, the first with a sub-competence."""
    made, created = Referentiel.objects.get_or_create(
        slug=slug,
        version=version,
        defaults={"sigle": slug.upper(), "label": slug, "complete": True, "source": {}},
    )
    if created:
        for position, code in enumerate((*EXPECTED, SUB_COMPETENCE), start=1):
            _competence(made, code, position)
    return made


def _competence(of: Referentiel, code: str, position: int) -> None:
    Competence.objects.create(
        referentiel=of,
        parent=of.competences.get(code="C1") if code == SUB_COMPETENCE else None,
        code=code,
        label=f"Compétence {code}",
        position=position,
        expected=code in EXPECTED,
    )


def diploma(cfd: str = factories.CFD, *, loaded: bool = True) -> Diploma:
    """Make a diploma, with the référentiel unless `loaded` is false."""
    found, _ = Diploma.objects.get_or_create(
        cfd=cfd,
        defaults={
            "sigle": "MELEC",
            "label": "Métiers de l’électricité",
            "referentiel": referentiel() if loaded else None,
        },
    )
    return found


def nomenclature(years: Sequence[int] = (factories.YEAR,)) -> Nomenclature:
    """Make a provisional nomenclature that knows the three competences at both levels."""
    made = Nomenclature.objects.create(
        name="LivretPro provisoire", provisional=True, digest="0" * 64, millesimes=list(years)
    )
    NomenclatureCode.objects.bulk_create(
        NomenclatureCode(
            nomenclature=made,
            millesime=year,
            mef=mef,
            subject="071100",
            mode="S",
            code=code,
            competence=competence,
            label=f"{competence} Compétence {competence}",
        )
        for year in years
        for mef in LEVEL_OF
        for competence, code in CODES.items()
    )
    return made


def periodicity(
    kind: str = "T",
    *,
    level: str = "terminale",
    year: SchoolYear | None = None,
    project: bool = True,
) -> Periodicity:
    """Make a periodicity: terminale in trimestres, with a projet, by default."""
    return Periodicity.objects.create(
        school_year=year or factories.school_year(),
        cfd=factories.CFD,
        level=level,
        kind=kind,
        project=project,
    )


def pupil(
    number: int = 1,
    *,
    into: Division | None = None,
    mef: str = factories.MEF_TERMINALE,
    last_name: str = "",
    **changes,
) -> Enrolment:
    """Enrol the pupil 1000 + `number` (NOM0001…) in TMELEC, or elsewhere."""
    student = factories.student(1000 + number, last_name=last_name or f"NOM{number:04}")
    place = into or factories.division("TMELEC")
    return factories.enrolment(student, into=place, mef=mef, level=LEVEL_OF[mef], **changes)


@dataclass(frozen=True)
class Classroom:
    """A division of terminale open to entry, its pupils in the order of their names, its head."""

    year: SchoolYear
    division: Division
    diploma: Diploma
    periodicity: Periodicity
    pupils: Sequence[Enrolment]
    head: Actor

    @property
    def first(self) -> Enrolment:
        """The first pupil."""
        return self.pupils[0]


def classroom(pupils: int = 1, *, kind: str = "T", code: str = "TMELEC") -> Classroom:
    """Make a class of terminale ready for entry and export, nothing typed yet."""
    of, place = diploma(), factories.division(code)
    nomenclature()
    return Classroom(
        year=place.school_year,
        division=place,
        diploma=of,
        periodicity=periodicity(kind),
        pupils=[pupil(number, into=place) for number in range(1, pupils + 1)],
        head=factories.actor(),
    )


def teacher(*, speciality: Sequence[Division] = (), principal: Sequence[Division] = ()) -> Actor:
    """Make a teacher of the school, of the speciality or professeur principal in divisions."""
    return Actor(
        school=factories.school(),
        author=Author("z.petit", "Zoé Petit"),
        roles=frozenset({Role.ENSEIGNANT}),
        speciality_divisions=frozenset(division.pk for division in speciality),
        principal_divisions=frozenset(division.pk for division in principal),
    )


def typed(enrolment: Enrolment, values: Mapping[str, str], *, by: Actor | None = None) -> None:
    """Type values in the fields of a pupil's livret, as the head unless said."""
    for key, raw in values.items():
        record(enrolment, key, raw, by=by or factories.actor())
