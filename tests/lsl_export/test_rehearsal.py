"""« Répétition générale »: from a fault of the file to what is told, and where it is repaired."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

import factories
import livret_factories as make
import lsl_rules
import lsl_xml
from export_reading import OURS, STRICT, export, full_room
from livret_factories import Classroom
from livretpro.journal.models import Entry
from livretpro.lsl_export.actions import Forbidden, Options
from livretpro.lsl_export.rehearsal import rehearse, rehearse_version, run_on_version
from livretpro.lsl_export.repairs import LivretKey, Outcome, Repair, masked, outcome
from livretpro.referentiels.models import Nomenclature, NomenclatureCode, OwnCode
from livretpro.referentiels.queries import NoNomenclature
from livretpro.schools.models import Enrolment, Student
from livretpro.schools.rules import APPRENTICE_STATUS
from lsl_export.test_previous_year import BOTH_YEARS, LAST_YEAR, TwoYears
from lsl_rules import Status
from query_counts import queries

pytestmark = pytest.mark.django_db

INE = "0123456789A"


def told(room: Classroom, content: bytes) -> Outcome:
    """What a rehearsal of these bytes says."""
    done = rehearse(content, room.year.school, room.year, chosen=room.division.code)
    return outcome(done, content, room.year.school, room.year)


def of_version(room: Classroom, options: Options = OURS) -> bytes:
    return bytes(export(room, options).version.content)


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("options", [OURS, STRICT])
def test_a_version_made_here_would_be_imported_whole(count: int, options: Options) -> None:
    room = full_room(count)
    version = export(room, options).version
    version.refresh_from_db()
    _ = version.school_year, version.division

    with queries(8):
        done = rehearse_version(version, by=room.head)
    with queries(1):
        said = outcome(done, bytes(version.content), room.year.school, room.year)

    assert [pupil.status for pupil in said.pupils] == ["IMPORTE"] * count
    assert [pupil.findings for pupil in said.pupils] == [()] * count
    assert (said.file, said.passed, said.absent) == ((), 7, ())
    assert said.pupils[0].name == "NOM0001 Léa"
    assert said.pupils[0].livret == LivretKey(room.first.pk, factories.CFD, factories.YEAR)


def test_the_livret_of_the_year_before_is_judged_in_its_own_year() -> None:
    two = TwoYears()
    make.typed(two.former[0], make.FULL)
    first, last = Options(), BOTH_YEARS
    content = bytes(two.export(last).version.content)
    NomenclatureCode.objects.filter(mef=factories.MEF_PREMIERE, code="5002").delete()

    said = told(two.room, content)

    (found,) = said.pupils[0].findings
    assert (found.code, found.value, found.repair) == ("PARLSL_V05", "5002", Repair.NOMENCLATURE)
    assert found.said.startswith(f"Année {LAST_YEAR}, matière 071100 (S), compétence 5002 : ")
    assert found.livret == LivretKey(two.former[0].pk, factories.CFD, LAST_YEAR)
    assert told(two.room, bytes(two.export(first).version.content)).imported == 1


def test_both_years_of_a_version_made_here_would_be_imported() -> None:
    two = TwoYears(2)
    for former in two.former:
        make.typed(former, make.FULL)

    said = told(two.room, bytes(two.export().version.content))

    assert [pupil.status for pupil in said.pupils] == ["IMPORTE", "IMPORTE"]


def test_own_codes_of_the_school_are_known() -> None:
    room = full_room()
    content = of_version(room).replace(b'code="5001"', b'code="8001"')
    before = told(room, content)
    OwnCode.objects.create(
        school_uai=factories.UAI, cfd=factories.CFD, competence="X1", code="8001", label="X1"
    )

    assert [found.code for found in before.pupils[0].findings] == ["PARLSL_V05"]
    assert told(room, content).imported == 1


# What changed since the export


def moved(pupil: Enrolment) -> None:
    Enrolment.objects.filter(pk=pupil.pk).update(division=factories.division("TAUTRE"))


def apprentice(pupil: Enrolment) -> None:
    Enrolment.objects.filter(pk=pupil.pk).update(status=APPRENTICE_STATUS)


def gone(pupil: Enrolment) -> None:
    Enrolment.objects.filter(pk=pupil.pk).update(end=date(factories.YEAR, 12, 1))


def other_ine(pupil: Enrolment) -> None:
    Student.objects.filter(pk=pupil.student_id).update(ine="9999999999Z")


def other_id(pupil: Enrolment) -> None:
    Student.objects.filter(pk=pupil.student_id).update(siecle_id=77)


def other_mef(pupil: Enrolment) -> None:
    Enrolment.objects.filter(pk=pupil.pk).update(mef="2472551999")


SINCE = {
    moved: ("REJLSL_E09", "TAUTRE", Repair.FILE),
    apprentice: ("REJLSL_E04", "", Repair.FILE),
    gone: ("REJLSL_E05", "", Repair.FILE),
    other_ine: ("REJLSL_E03", "•••••••789A", Repair.SIECLE),
    other_id: ("REJLSL_E01", "1001", Repair.FILE),
    other_mef: ("REJLSL_E06", "2472551999", Repair.MEF),
}


@pytest.mark.parametrize("change", SINCE, ids=lambda change: change.__name__)
def test_what_the_school_changed_since_the_export_is_told(
    change: Callable[[Enrolment], None],
) -> None:
    room = make.classroom(2)
    Student.objects.filter(pk=room.first.student_id).update(ine=INE)
    for pupil in room.pupils:
        make.typed(pupil, make.FULL)
    content = of_version(room)

    change(room.first)
    said = told(room, content)

    first, second = said.pupils
    (found,) = first.findings
    assert (found.code, found.value, found.repair) == SINCE[change]
    assert (first.status, second.status) == ("REJETE", "IMPORTE")
    assert found.line is not None


def test_a_periodicity_changed_since_the_export_is_told() -> None:
    room = full_room()
    content = of_version(room)
    room.periodicity.kind = "S"
    room.periodicity.save()

    (found,) = told(room, content).pupils[0].findings

    assert (found.code, found.value, found.repair) == ("PARLSL_S03", "T", Repair.PERIODICITY)


def test_those_the_division_has_and_the_file_lacks_are_listed() -> None:
    room = full_room()
    content = of_version(room)
    newcomer = make.pupil(9, into=room.division)
    first = make.pupil(8, into=room.division, last_name="ZOÉ")
    make.pupil(10, into=room.division, status=APPRENTICE_STATUS)

    said = told(room, content)

    livret = LivretKey(newcomer.pk, factories.CFD, factories.YEAR)
    other = LivretKey(first.pk, factories.CFD, factories.YEAR)
    assert said.absent == (("NOM0009 Léa", livret), ("ZOÉ Léa", other))


# Faults of the file itself: a file from elsewhere, or tampered with

Change = Callable[[lsl_xml.Evaluation], lsl_xml.Evaluation]


def fault(**changes: object) -> Change:
    return lambda evaluation: replace(evaluation, **changes)


IN_LIVRET = {
    "average": (
        fault(periodiques=(lsl_xml.Periode(2, Decimal(25)),)),
        ("PARLSL_V03", "25.00", Repair.LIVRET, "moyenne_2"),
    ),
    "degree": (
        fault(competences=(lsl_xml.Competence("5002", "B2"),)),
        ("PARLSL_V06", "B2", Repair.LIVRET, "competence-C2"),
    ),
    "blank text": (
        fault(annuelle=" "),
        ("PARLSL_V09", "", Repair.LIVRET, "appreciation"),
    ),
    "teacher": (
        fault(enseignants=(lsl_xml.Enseignant("A", "B"), lsl_xml.Enseignant("", "Zoé"))),
        ("PARLSL_V08", "Zoé", Repair.LIVRET, "enseignant_2_nom"),
    ),
    "group": (
        fault(structure=lsl_xml.Structure(moyenne=Decimal(21))),
        ("PARLSL_V03", "21.00", Repair.GROUPS, ""),
    ),
    "share": (
        fault(structure=lsl_xml.Structure(repar_huit_douze=Decimal(120))),
        ("PARLSL_V04", "120.00", Repair.GROUPS, ""),
    ),
    "subject": (
        fault(modalite_election="F"),
        ("PARLSL_V01", "071100 F", Repair.MEF, ""),
    ),
    "period": (
        fault(periodiques=(lsl_xml.Periode(4, Decimal(12)),)),
        ("PARLSL_V02", "4", Repair.PERIODICITY, "moyenne_4"),
    ),
}


@pytest.mark.parametrize("name", IN_LIVRET)
def test_a_fault_of_the_file_leads_to_its_field(name: str) -> None:
    change, expected = IN_LIVRET[name]
    room = full_room()
    document = lsl_xml.read(of_version(room))
    (eleve,) = document.donnees
    (scolarite,) = eleve.scolarites
    evaluations = tuple(change(one) for one in scolarite.evaluations)
    eleve = replace(eleve, scolarites=(replace(scolarite, evaluations=evaluations),))
    content = lsl_xml.write(replace(document, donnees=(eleve,)), lsl_xml.Profile.V1_0)

    said = told(room, content)

    (found,) = said.pupils[0].findings
    assert (found.code, found.value, found.repair, found.anchor) == expected
    assert (said.imported, said.partial, said.rejected) == (0, 1, 0)


OF_FILE = {
    "REJLSL_F01": (lambda data: data[:-30], 0),
    "REJLSL_F02": (lambda data: data.replace(b"<donnees>", b"<donnees x='1'>"), 1),
    "REJLSL_F03": (lambda data: data.replace(b">LIVRETPRO<", b">AUTRE<"), 6),
    "REJLSL_F05": (lambda data: data.replace(b"0990001N", b"0990002P"), 6),
    "REJLSL_F07": (lambda data: data.replace(b"TMELEC<", b"TAUTRE<"), 6),
}


@pytest.mark.parametrize("code", OF_FILE)
def test_a_file_refused_whole_says_why_and_reads_nobody(code: str) -> None:
    change, passed = OF_FILE[code]
    room = full_room()
    content = change(of_version(room))

    with queries(3):
        done = rehearse(content, room.year.school, room.year)
    said = outcome(done, content, room.year.school, room.year)

    assert ([found.code for found in said.file], said.passed) == ([code], passed)
    assert (said.pupils, said.absent) == ((), ())


def test_a_file_that_announces_no_division_takes_the_one_chosen() -> None:
    room = full_room()
    content = of_version(room, STRICT)

    unknown = rehearse(content, room.year.school, room.year, chosen="TAUTRE")
    without = rehearse(content, room.year.school, room.year)

    assert [found.code for found in unknown.report.file] == [lsl_rules.Code.REJLSL_F07]
    assert without.count(Status.IMPORTE) == 1


def test_without_nomenclature_the_sentence_says_what_to_do() -> None:
    room = full_room()
    content = of_version(room)
    NomenclatureCode.objects.all().delete()
    Nomenclature.objects.all().delete()

    with pytest.raises(NoNomenclature):
        told(room, content)


def test_the_journal_tells_who_rehearsed_and_the_outcome_and_nothing_else_is_kept() -> None:
    room = full_room(2)
    version = export(room).version

    run_on_version(version, by=room.head)

    entry = Entry.objects.latest("pk")
    assert (entry.action, entry.kind, entry.key) == ("repete", "export", str(version.pk))
    assert entry.values_kept.after == "2 importés, 0 partiel, 0 rejeté"
    with pytest.raises(Forbidden):
        run_on_version(version, by=make.teacher(speciality=[room.division]))
    assert Entry.objects.latest("pk") == entry


def test_an_ine_shows_its_last_four_characters() -> None:
    assert (masked(INE), masked("83KA"), masked("")) == ("•••••••789A", "83KA", "")
