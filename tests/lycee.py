"""A lycée made by the real actions: founded, its files imported, its livrets filled.

    lycee = found({"TCIEL1": 3})
    lycee.open_entry(Level.TERMINALE)
    lycee.fill(1001, green=True)

Pupils are numbered from 1001, division after division, in the order of their names.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.test import Client
from django.utils import timezone

from livretpro.accounts.models import User
from livretpro.livrets.actions import announce, fill, set_periodicity
from livretpro.livrets.models import Announcement, Periodicity
from livretpro.livrets.rules import PeriodKind
from livretpro.lsl_export.actions import Made, Options, create_export
from livretpro.referentiels.models import Diploma
from livretpro.referentiels.queries import diplomas
from livretpro.referentiels.rules import Level
from livretpro.schools.actors import Actor, command_line
from livretpro.schools.founding import create_school
from livretpro.schools.importing import apply_import
from livretpro.schools.models import Division, Enrolment, School, SchoolYear
from livretpro.schools.people import create_account
from livretpro.schools.rules import Role
from reference_data import load_reference
from siecle_files import (
    division,
    division_sts,
    eleve,
    eleves_xml,
    individu,
    service,
    structures_xml,
    sts_xml,
)

UAI = "0599001N"
CIEL = "40025519"
MEFS = {Level.PREMIERE: "24725519320", Level.TERMINALE: "24725519330"}
COMPETENCES = ("C01", "C03", "C04", "C06", "C07", "C08", "C09", "C10", "C11")
NAMES = ("AUBRY", "BENHADDOU", "CORDIER", "DE SOUSA", "ÉVRARD", "FAURE", "GARNIER", "HADDAD")


@dataclass(frozen=True)
class Lycee:
    """The school; it acts as the command line does."""

    school: School

    @property
    def actor(self) -> Actor:
        """The head."""
        return command_line(self.school)

    @property
    def year(self) -> SchoolYear:
        """The year at work: 2025-2026 at first."""
        return self.school.years.get(year=self.school.current_year)

    @property
    def diploma(self) -> Diploma:
        """Bac pro CIEL."""
        return diplomas([CIEL], school=[self.school.uai])[CIEL]

    def division(self, code: str) -> Division:
        """A division of the year."""
        return Division.objects.get(school_year=self.year, code=code)

    def enrolment(self, pupil: int) -> Enrolment:
        """Where a pupil is."""
        own = Enrolment.objects.filter(student__school=self.school)
        return own.get(student__siecle_id=pupil, end=None)

    def open_entry(self, *levels: Level) -> None:
        """Choose trimestres for these levels."""
        for level in levels:
            set_periodicity(self.year, CIEL, level, PeriodKind.TRIMESTRE, by=self.actor)

    def announce(self, text: str = "La saisie est ouverte.", *, last: int = 0) -> Announcement:
        """Tell the teachers of terminale."""
        row = Periodicity.objects.get(school_year=self.year, cfd=CIEL, level=Level.TERMINALE)
        announce(row, self.diploma, text, last=last, by=self.actor, on=timezone.localdate())
        return Announcement.objects.filter(school_year=self.year).latest("pk")

    def next_year(self, divisions: Mapping[str, int]) -> None:
        """Import the files of the next year."""
        report = apply_import(
            self.school,
            files(divisions, annee=self.year.year + 1),
            by=self.actor,
            on=timezone.localdate(),
            nouvelle_annee=True,
            confirmer_departs=True,
        )
        assert report.refus is None
        self.school.refresh_from_db()

    def fill(self, *pupils: int, green: bool = False, average: str = "12,5") -> None:
        """Type all that is mandatory, so that the livrets are orange, or everything: green."""
        heads = ["eleve_id", "moyenne_1", *COMPETENCES, "enseignant_1_nom", "enseignant_1_prenom"]
        cells = [average, *("3" for _ in COMPETENCES), "PETIT", "Zoé"]
        if green:
            heads += ["appreciation", "pfmp_synthese", "pfmp_nom", "pfmp_prenom"]
            cells += ["De réels progrès.", "Six semaines en entreprise.", "PETIT", "Zoé"]
        lines = [heads, *([str(pupil), *cells] for pupil in pupils)]
        text = "\n".join(";".join(line) for line in lines)
        assert fill(self.year, text, by=self.actor, apply=True).errors == ()

    def export(self, code: str, options: Options | None = None, *, fresh: bool = True) -> Made:
        """Make the file of a division."""
        made = create_export(self.division(code), self.diploma, options or Options(), by=self.actor)
        assert made.fresh is fresh
        return made

    def person(self, role: Role, last_name: str = "FERRAND", first_name: str = "Claire") -> User:
        """Somebody with this role; a teacher is linked to STS by name."""
        made = create_account(
            self.school,
            role,
            last_name=last_name,
            first_name=first_name,
            by=self.actor,
            now=timezone.now(),
        )
        return made.user


def found(divisions: Mapping[str, int], *, uai: str = UAI, reference: bool = True) -> Lycee:
    """Found the school and import `divisions`: code → number of pupils of CIEL.

    A code that begins with T is a terminale. STS gives each division to PETIT Zoé.
    """
    if reference:
        load_reference()
    school = create_school(uai, "Lycée professionnel de Valmeray")
    report = apply_import(
        school, files(divisions, uai=uai), by=command_line(school), on=timezone.localdate()
    )
    assert report.refus is None
    school.refresh_from_db()
    return Lycee(school)


def stranger() -> User:
    """The head of another school."""
    school = create_school("0990002P", "Lycée d’ailleurs")
    return Lycee(school).person(Role.CHEF, "LOIN", "Luc")


def files(divisions: Mapping[str, int], *, uai: str = UAI, annee: int = 2025) -> list[bytes]:
    """The files of SIECLE and STS for these divisions."""
    codes = [code for code, count in divisions.items() for _ in range(count)]
    pupils = [
        eleve(
            1001 + rank,
            divisions=[code],
            CODE_MEF=mef_of(code),
            NOM_DE_FAMILLE=NAMES[rank % len(NAMES)],
            PRENOM=f"Élève{rank + 1}",
        )
        for rank, code in enumerate(codes)
    ]
    return [
        eleves_xml(uai=uai, annee=annee, eleves=pupils),
        structures_xml(
            uai=uai, annee=annee, divisions=[division(c, mefs=[mef_of(c)]) for c in divisions]
        ),
        sts_xml(
            uai=uai,
            annee=annee,
            individus=[individu("501"), individu("502", NOM_PATRONYMIQUE="ROYER", PRENOM="Anne")],
            divisions=[
                division_sts(c, mefs=[mef_of(c)], services=[service("071100")]) for c in divisions
            ],
        ),
    ]


def mef_of(code: str) -> str:
    """The MEF of a division of CIEL."""
    return MEFS[Level.TERMINALE if code.startswith("T") else Level.PREMIERE]


def signed_in(user: User) -> Client:
    """A browser where `user` has signed in."""
    client = Client()
    client.force_login(user)
    return client
