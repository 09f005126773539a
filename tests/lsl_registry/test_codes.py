"""Each code of the table, from the bytes of a file to the `.xls` of its bilan read back, and to
what a rehearsal of the same file says."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

import factories
import livret_factories
import lsl_rules
import registry_factories as make
from bilans import rows_of
from livretpro.livrets.models import Periodicity
from livretpro.lsl_export.rehearsal import rehearse
from livretpro.lsl_registry.bilans import export_bilan
from livretpro.lsl_registry.models import (
    Accreditation,
    Campaign,
    HeldPeriodicity,
    Record,
    RecordState,
    Sender,
)
from livretpro.referentiels.models import Nomenclature, NomenclatureCode
from livretpro.schools.models import Enrolment, Student
from lsl_rules import Code, Report
from lsl_xml import (
    AvisExamen,
    AvisPfmp,
    Competence,
    Document,
    Engagements,
    Enseignant,
    Periode,
    Profile,
    Structure,
)

SCHOOL = factories.UAI
INE = "0123456789A"
PREMIERE = 1003
"""A pupil of première in the division of the file; 1001 and 1002 are in terminale."""


UNLISTED_MEF = "2492551931"
"""A MEF that neither the national table nor its own digits place in a diploma."""


@pytest.fixture(scope="module", autouse=True)
def school(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """One school for all: each import is undone once its bilan is read."""
    with django_db_blocker.unblock(), transaction.atomic():
        room = make.room(2)
        livret_factories.pupil(3, into=room.division, mef=factories.MEF_PREMIERE)
        Student.objects.filter(siecle_id=1001).update(ine=INE)
        before = factories.school_year(year=factories.YEAR - 1)
        factories.enrolment(room.first.student, into=factories.division("1MELEC", year=before))
        factories.division("1MELEC")
        yield
        transaction.set_rollback(True)


def nothing() -> None:
    """The school as it is."""


@dataclass(frozen=True)
class Case:
    """A file, and what is otherwise in the school when it comes; without profile in its header,
    the division is chosen on screen."""

    file: Document | bytes
    profile: Profile = Profile.V1_0
    school: Callable[[], object] = nothing
    chosen: str = "TMELEC"


def both(*more: object, **entete: str) -> Document:
    """The two pupils of terminale, so that nobody is absent."""
    return make.document(make.eleve(1001), make.eleve(1002), *more, **entete)


def one(**changes: object) -> Document:
    """The same, where 1001 is otherwise."""
    return make.document(make.eleve(1001, **changes), make.eleve(1002))


def year(**changes: object) -> Document:
    return one(scolarites=(make.scolarite(**changes),))


def subject(**changes: object) -> Document:
    return year(evaluations=(make.evaluation(**changes),))


def before(number: int = 1001) -> Document:
    """N-1 beside N."""
    former = make.scolarite(annee_scolaire=factories.YEAR - 1)
    eleve = make.eleve(number, scolarites=(make.scolarite(), former))
    return make.document(eleve, *(make.eleve(n) for n in (1001, 1002) if n != number))


def now(**changes: object) -> Callable[[], object]:
    """The pupil 1001 stands otherwise this year."""
    own = {"student__siecle_id": 1001, "school_year__year": factories.YEAR}
    return lambda: Enrolment.objects.filter(**own).update(**changes)


def then(**changes: object) -> Callable[[], object]:
    own = {"student__siecle_id": 1001, "school_year__year": factories.YEAR - 1}
    return lambda: Enrolment.objects.filter(**own).update(**changes)


def moved() -> None:
    now(division=factories.division("1MELEC"))()


def sent_by_another() -> None:
    publisher, application = make.OTHER
    Sender.objects.create(
        school=factories.school(), subject="071100", publisher=publisher, application=application
    )


def held_by_semester() -> None:
    HeldPeriodicity.objects.create(
        school=factories.school(),
        year=factories.YEAR,
        cfd=factories.CFD,
        level="terminale",
        code="S",
    )
    Periodicity.objects.update(kind="S")


def held_the_year_before() -> None:
    """By trimester, of a level that nobody was enrolled in."""
    key = {"cfd": factories.CFD, "level": "premiere"}
    before = factories.school_year(year=factories.YEAR - 1)
    HeldPeriodicity.objects.create(school=before.school, year=before.year, code="T", **key)
    Periodicity.objects.create(school_year=before, kind="T", **key)
    then(mef="", level="", cfd="")()


def closed() -> None:
    Campaign.objects.create(year=factories.YEAR, level="terminale", closes=date(2020, 1, 1))


def locked() -> None:
    make.received(make.document())
    Record.objects.update(state=RecordState.LOCKED, closed_year=factories.YEAR)


def accredited_for_premiere() -> None:
    Accreditation.objects.update(mefs=[factories.MEF_PREMIERE])


def not_accredited() -> None:
    Accreditation.objects.update(end=date(2020, 9, 2))


def of_a_mef_that_no_table_has(**standing: object) -> Callable[[], object]:
    """The nomenclature in use knows it all the same."""

    def change() -> None:
        in_use = Nomenclature.objects.latest("pk")
        for millesime in in_use.millesimes:
            NomenclatureCode.objects.create(
                nomenclature=in_use,
                millesime=millesime,
                mef=UNLISTED_MEF,
                subject="071100",
                mode="S",
                code="5001",
            )
        now(**standing)()

    return change


OF_THE_FILE = {
    Code.REJLSL_F01: Case(b"<!DOCTYPE lsl><lsl/>"),
    Code.REJLSL_F02: Case(subject(periodiques=(Periode(1, Decimal(25)),)), Profile.V1_1),
    Code.REJLSL_F03: Case(both(), school=not_accredited),
    Code.REJLSL_F04: Case(both(), school=sent_by_another),
    Code.REJLSL_F05: Case(both(etablissement=f"{SCHOOL[:-1]}B")),
    Code.REJLSL_F06: Case(both(), school=closed),
    Code.REJLSL_F07: Case(both(), chosen="TCIEL"),
}
OF_A_PUPIL = {
    Code.REJLSL_E01: Case(both(make.eleve(999))),
    Code.REJLSL_E02: Case(both(make.eleve(1001))),
    Code.REJLSL_E03: Case(one(ine="9999999999Z"), Profile.V1_1),
    Code.REJLSL_E04: Case(both(), school=now(status="AP")),
    Code.REJLSL_E05: Case(both(), school=now(division=None)),
    Code.REJLSL_E06: Case(both(make.eleve(PREMIERE)), school=accredited_for_premiere),
    Code.REJLSL_E07: Case(both(), school=locked),
    Code.REJLSL_E08: Case(both(make.eleve(PREMIERE)), school=closed),
    Code.REJLSL_E09: Case(both(), school=moved),
}
OF_A_PART = {
    Code.PARLSL_S01: Case(year(annee_scolaire=factories.YEAR - 3)),
    Code.PARLSL_S02: Case(before(PREMIERE)),
    Code.PARLSL_S03: Case(year(code_periode="T"), school=held_by_semester),
    Code.PARLSL_S04: Case(before(), school=then(mef="2472552031", level="", cfd="")),
    Code.PARLSL_V01: Case(subject(modalite_election="F")),
    Code.PARLSL_V02: Case(subject(periodiques=(Periode(4, Decimal(9)),))),
    Code.PARLSL_V03: Case(subject(periodiques=(Periode(1, Decimal(25)),))),
    Code.PARLSL_V04: Case(subject(structure=Structure(repar_huit_douze=Decimal(120)))),
    Code.PARLSL_V05: Case(subject(competences=(Competence("5999", "3"),))),
    Code.PARLSL_V06: Case(subject(competences=(Competence("5001", "B2"),))),
    Code.PARLSL_V07: Case(year(evaluations=(make.evaluation(), make.evaluation()))),
    Code.PARLSL_V08: Case(subject(enseignants=(Enseignant("DURAND", "A"), Enseignant("", "Z")))),
    Code.PARLSL_V09: Case(subject(annuelle=" ")),
    Code.PARLSL_A01: Case(
        both(
            make.eleve(
                PREMIERE,
                scolarites=(make.scolarite(avis_pfmp=AvisPfmp("Bien.", "PETIT", "Jean", 8)),),
            )
        ),
        Profile.V1_1,
    ),
    Code.PARLSL_A02: Case(both(make.eleve(PREMIERE, avis_examen=AvisExamen("T")))),
}
STOPPED_BY_THE_SCHEMAS = {
    Code.PARLSL_A03: one(engagements=Engagements(("Z",))),
}
"""What no file that follows a schema can hold: REJLSL_F02 in both profiles."""


ALONE = Case(make.document())

KNOWN_TO_THE_REGISTRE_ONLY = {
    Code.REJLSL_F03,
    Code.REJLSL_F04,
    Code.REJLSL_F06,
    Code.REJLSL_E06,
    Code.REJLSL_E07,
    Code.REJLSL_E08,
}
"""Told above by an accreditation, a campaign or a record, that no school holds."""

OTHERWISE = {
    "whole": Case(both()),
    "whole, by its header": Case(both(), Profile.V1_1),
    "another software": Case(both(editeur="AUTRE")),
    "another school": Case(both(etablissement="0380001V")),
    "unknown division in the header": Case(both(division="TCIEL"), Profile.V1_1),
    "another division in the header": Case(both(division="1MELEC"), Profile.V1_1),
    "MEF without nomenclature": Case(both(), school=now(mef="2472551999")),
    "unlisted MEF": Case(
        both(), school=of_a_mef_that_no_table_has(mef=UNLISTED_MEF, cfd="", level="")
    ),
    "unlisted MEF whose level is known": Case(
        both(), school=of_a_mef_that_no_table_has(mef=UNLISTED_MEF, cfd="")
    ),
    "former MEF told by the file only": Case(
        one(
            scolarites=(
                make.scolarite(),
                make.scolarite(
                    annee_scolaire=factories.YEAR - 1,
                    code_mef=f"{factories.MEF_PREMIERE}1",
                    code_periode="S",
                ),
            )
        ),
        Profile.V1_1,
        school=held_the_year_before,
    ),
}


@dataclass(frozen=True)
class Told:
    """A bilan as a spreadsheet shows it: the pupils by identifier with their status and codes, and
    the codes about no pupil of the file, with the value. Beside it, what the import says and what a
    rehearsal says."""

    pupils: list[tuple[str, str, str]]
    file: list[tuple[str, str]]
    imported: Report
    rehearsed: Report

    @property
    def faulty(self) -> set[tuple[str, str]]:
        """Status and codes of the pupils of whom something is said."""
        return {(status, codes) for _, status, codes in self.pupils if codes}


@cache
def bilan_of(case: Case) -> Told:
    """Rehearse the file, import it, take the bilan away, read it, and undo it all."""
    with transaction.atomic():
        case.school()
        held = case.file
        content = held if isinstance(held, bytes) else make.content(held, case.profile)
        place = factories.school_year()
        rehearsed = rehearse(content, place.school, place, chosen=case.chosen).report
        seen = make.received(content, chosen=case.chosen)
        sheets = rows_of(export_bilan(seen.received, by=factories.actor()))
        imported = seen.report()
        transaction.set_rollback(True)
    pupils, findings = (
        [dict(zip(sheets[name][0], line, strict=True)) for line in sheets[name][1:]]
        for name in ("Élèves", "Constats")
    )
    return Told(
        [(one["ELEVE_ID"], one["Statut"], one["Code"]) for one in pupils],
        [(one["Code"], one["Valeur reçue"]) for one in findings if not one["Rang"]],
        imported,
        rehearsed,
    )


@pytest.mark.parametrize("code", OF_THE_FILE)
def test_a_file_refused_says_why_and_names_no_pupil(code: Code) -> None:
    told = bilan_of(OF_THE_FILE[code])

    assert ({found for found, _ in told.file}, told.pupils) == ({code.value}, [])


@pytest.mark.parametrize("code", OF_A_PUPIL)
def test_a_pupil_rejected_is_told_so_and_others_are_imported(code: Code) -> None:
    told = bilan_of(OF_A_PUPIL[code])

    assert told.faulty == {("REJETÉ", code.value)}
    assert "IMPORTÉ" in {status for _, status, _ in told.pupils}


@pytest.mark.parametrize("code", OF_A_PART)
def test_a_part_left_out_makes_its_pupil_partial(code: Code) -> None:
    told = bilan_of(OF_A_PART[code])

    assert told.faulty == {("PARTIEL", code.value)}


@pytest.mark.parametrize("profile", Profile)
@pytest.mark.parametrize("code", STOPPED_BY_THE_SCHEMAS)
def test_what_the_schemas_stop_refuses_the_file(code: Code, profile: Profile) -> None:
    told = bilan_of(Case(STOPPED_BY_THE_SCHEMAS[code], profile))

    assert {found for found, _ in told.file} == {Code.REJLSL_F02.value}


def test_pupils_absent_from_the_file_are_in_its_bilan() -> None:
    told = bilan_of(ALONE)

    assert told.file == [("INFLSL_01", "1002")]
    assert told.pupils == [("1001", "IMPORTÉ", "")]


FILES = {**OF_THE_FILE, **OF_A_PUPIL, **OF_A_PART, **OTHERWISE, Code.INFLSL_01: ALONE}
TOLD_BY_BOTH = [name for name in FILES if name not in KNOWN_TO_THE_REGISTRE_ONLY]


@pytest.mark.parametrize("name", TOLD_BY_BOTH)
def test_a_rehearsal_says_what_an_import_says(name: Code | str) -> None:
    told = bilan_of(FILES[name])

    assert lsl_rules.report_data(told.rehearsed) == lsl_rules.report_data(told.imported)
    assert told.rehearsed.absent == told.imported.absent


@pytest.mark.parametrize("code", sorted(KNOWN_TO_THE_REGISTRE_ONLY))
def test_a_rehearsal_takes_at_its_best_what_no_school_knows(code: Code) -> None:
    told = bilan_of(FILES[code])

    assert not told.rehearsed.file
    assert {judged.findings for judged in told.rehearsed.pupils} == {()}


def test_every_code_has_its_file() -> None:
    tested = {*OF_THE_FILE, *OF_A_PUPIL, *OF_A_PART, *STOPPED_BY_THE_SCHEMAS, Code.INFLSL_01}

    assert tested == set(Code)
