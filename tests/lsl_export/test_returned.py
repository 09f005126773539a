"""A bilan of LSL that comes back: whose version it is, whom it speaks of, which fields."""

from dataclasses import replace

import pytest
from django.db import transaction

import factories
from bilans import Rows, a_finding, a_pupil, as_xlsx, bilan_of, rows_of
from livretpro.journal.actions import Author, Change
from livretpro.journal.actions import record as tell
from livretpro.journal.models import Entry
from livretpro.livrets.actions import record
from livretpro.lsl_export.actions import Forbidden
from livretpro.lsl_export.erasing import erase_pupil_rows, pupil_rows
from livretpro.lsl_export.models import ExportVersion, Outcome, ReturnedBilan, ReturnedPupil
from livretpro.lsl_export.returned import (
    AlreadyTied,
    WrongBilan,
    keep_bilan,
    remove_bilan,
    tie_bilan,
)
from livretpro.lsl_export.returned_places import field_of
from livretpro.lsl_export.returned_seen import (
    ClassSeen,
    bilan_rows,
    bilan_seen,
    bilans_of,
    choices,
    class_seen,
    class_told,
    livret_seen,
    visible_bilan,
)
from livretpro.referentiels.models import NomenclatureCode
from livretpro.referentiels.rules import Level
from livretpro.schools.erasing import NUMBER, NotTheOperator
from livretpro.schools.models import Student
from livretpro.schools.queries import visible_division
from livretpro.schools.rules import Role
from lsl_rules import Code, Status
from lycee import CIEL, MEFS, Lycee, found
from query_counts import queries

pytestmark = pytest.mark.django_db

ANNA = Author("anna.exemple", "Anna Exemple")
REJECTED = a_pupil(2, a_finding(Code.REJLSL_E04, place="", value=""), status=Status.REJETE)


@pytest.fixture
def lycee() -> Lycee:
    made = found({"TCIEL1": 3})
    made.open_entry(Level.TERMINALE)
    made.fill(1001, 1002, 1003)
    return made


@pytest.fixture
def version(lycee: Lycee) -> ExportVersion:
    return lycee.export("TCIEL1").version


def newer(lycee: Lycee) -> ExportVersion:
    """The next version of the same division."""
    record(lycee.enrolment(1001), "moyenne_1", "13", by=lycee.actor)
    return lycee.export("TCIEL1").version


def kept(lycee: Lycee, data: bytes) -> ReturnedBilan:
    made = keep_bilan(data, "LSL_Bilan_import_2026-06-03.xls", by=lycee.actor)
    assert made.fresh
    return made.bilan


def outcomes(bilan: ReturnedBilan) -> list[tuple[int | None, str, bool]]:
    rows = bilan.pupils.order_by("pk")
    return [(row.siecle_id, row.outcome, row.student_id is not None) for row in rows]


def without_sha(data: bytes, **cells: str) -> bytes:
    """The same bilan, whose header says neither the digest nor what `cells` change."""
    sheets: Rows = rows_of(data)
    sheets["Bilan"] = [line for line in sheets["Bilan"] if line[0] not in {"SHA-256", *cells}]
    sheets["Bilan"] += [[head, text] for head, text in cells.items()]
    return as_xlsx(sheets)


def told_of_class(lycee: Lycee) -> ClassSeen | None:
    division = lycee.division("TCIEL1")
    read = visible_division(lycee.actor, division.pk, returned=class_told(CIEL))
    return class_seen(read.returned)


def told() -> list[tuple[str, str]]:
    entries = Entry.objects.filter(kind="bilan_lsl").order_by("pk")
    return list(entries.values_list("action", "values_kept__after"))


def test_a_bilan_is_tied_to_the_version_whose_digest_it_bears(
    lycee: Lycee, version: ExportVersion
) -> None:
    bilan = kept(lycee, bilan_of(version, a_pupil(1), REJECTED, a_pupil(3, a_finding())))

    assert (bilan.version, bilan.proved) == (version, True)
    assert (bilan.imported, bilan.partial, bilan.rejected) == (1, 1, 1)
    assert outcomes(bilan) == [
        (1001, Outcome.IMPORTED, True),
        (1002, Outcome.REJECTED, True),
        (1003, Outcome.PARTIAL, True),
    ]
    assert told() == [("depose", "TCIEL1, version 1 : importés 1, partiels 1, rejetés 1")]


def test_the_same_file_twice_is_one_bilan(lycee: Lycee, version: ExportVersion) -> None:
    data = bilan_of(version, a_pupil(1))
    first = kept(lycee, data)

    again = keep_bilan(data, "copie.xls", by=lycee.actor)

    assert (again.bilan, again.fresh) == (first, False)
    assert (ReturnedBilan.objects.count(), ReturnedPupil.objects.count(), len(told())) == (1, 1, 1)


def test_the_bilan_of_another_school_or_of_nobody_here_is_refused(
    lycee: Lycee, version: ExportVersion
) -> None:
    elsewhere = bilan_of(version, a_pupil(1), uai="0990002P")
    strangers = without_sha(bilan_of(version, a_pupil(9000)))
    nobody = bilan_of(version)

    phrases = []
    for data in (elsewhere, strangers, nobody):
        with pytest.raises(WrongBilan) as refusal:
            keep_bilan(data, "bilan.xls", by=lycee.actor)
        phrases.append(refusal.value.phrase.partition(" :")[0])

    assert phrases == [
        "Ce bilan est celui de l’établissement 0990002P, et non de 0599001N",
        "Aucun élève de ce bilan n’est de l’établissement",
        "Ce bilan ne parle d’aucun élève",
    ]
    assert (ReturnedBilan.objects.count(), told()) == (0, [])


def test_only_the_head_and_the_ddfpt_bring_tie_or_remove_a_bilan(
    lycee: Lycee, version: ExportVersion
) -> None:
    bilan = kept(lycee, without_sha(bilan_of(version, a_pupil(1))))
    teacher = replace(lycee.actor, roles=frozenset({Role.ENSEIGNANT}))

    for act in (
        lambda: keep_bilan(b"", "x", by=teacher),
        lambda: tie_bilan(bilan, version, by=teacher),
        lambda: remove_bilan(bilan, by=teacher),
    ):
        with pytest.raises(Forbidden):
            act()

    assert (visible_bilan(bilan.pk, by=teacher), bilan_rows(lycee.year, CIEL, by=teacher)) == (
        None,
        [],
    )


def test_a_bilan_of_no_known_digest_waits_for_its_version_and_loses_nothing(
    lycee: Lycee, version: ExportVersion
) -> None:
    other = newer(lycee)
    place = "année 2025, matière 071000 (O), période 1"
    data = without_sha(bilan_of(version, a_pupil(1, a_finding(Code.PARLSL_V03, place=place))))
    bilan = kept(lycee, data)
    assert (bilan.version, livret_seen(lycee.enrolment(1001))) == (None, None)
    assert [choice.version for choice in choices(bilan, by=lycee.actor)] == [version, other]

    tie_bilan(bilan, other, by=lycee.actor)

    bilan.refresh_from_db()
    assert (bilan.version, bilan.proved, bilan.partial) == (other, False, 1)
    seen = livret_seen(lycee.enrolment(1001))
    assert seen
    assert list(seen.by_field) == ["moyenne_1"]
    with pytest.raises(AlreadyTied):
        tie_bilan(bilan, version, by=lycee.actor)
    assert [action for action, _ in told()] == ["depose", "rattache"]


def test_another_ine_is_somebody_else_unless_the_version_is_proved(
    lycee: Lycee, version: ExportVersion
) -> None:
    Student.objects.filter(siecle_id=1001).update(ine="1111111111A")
    Student.objects.filter(siecle_id=1002).update(ine="3333333333C")
    pupils = (a_pupil(1, ine="2222222222B"), a_pupil(2, ine="3333333333C"))

    proved = kept(lycee, bilan_of(version, *pupils))
    chosen = kept(lycee, without_sha(bilan_of(version, *pupils)))

    assert [known for _, _, known in outcomes(proved)] == [True, True]
    assert outcomes(chosen) == [(1001, Outcome.IMPORTED, False), (1002, Outcome.IMPORTED, True)]
    assert [row.name for row in chosen.pupils.order_by("pk")] == ["MARTIN Léa", ""]

    tie_bilan(chosen, version, by=lycee.actor)

    assert [known for _, _, known in outcomes(chosen)] == [True, True]
    row = visible_bilan(chosen.pk, by=lycee.actor)
    assert row
    seen = bilan_seen(row, by=lycee.actor)
    assert (seen.unknown, seen.unmentioned) == ([], ("CORDIER Élève3",))


def test_the_ine_received_is_kept_masked(lycee: Lycee, version: ExportVersion) -> None:
    finding = a_finding(Code.REJLSL_E03, place="", value="1234567890K")

    bilan = kept(lycee, bilan_of(version, a_pupil(1, finding, status=Status.REJETE)))

    assert [one["value"] for one in bilan.pupils.get().findings] == ["•••••••890K"]


def test_somebody_twice_in_the_bilan_is_one_row_with_what_both_lines_say(
    lycee: Lycee, version: ExportVersion
) -> None:
    twice = a_pupil(2, a_finding(Code.REJLSL_E02), eleve_id=1001, status=Status.REJETE)

    bilan = kept(lycee, bilan_of(version, a_pupil(1), twice))

    (row,) = bilan.pupils.all()
    assert (row.outcome, [one["code"] for one in row.findings]) == (
        Outcome.IMPORTED,
        ["REJLSL_E02"],
    )


def test_a_file_rejected_whole_rejects_everyone_whom_it_carried(
    lycee: Lycee, version: ExportVersion
) -> None:
    refusal = a_finding(Code.REJLSL_F03, place="en-tête", eleve_id=None)

    bilan = kept(lycee, bilan_of(version, refusals=(refusal,)))

    assert outcomes(bilan) == [(n, Outcome.REJECTED, True) for n in (1001, 1002, 1003)]
    seen = bilan_seen(visible_bilan(bilan.pk, by=lycee.actor), by=lycee.actor)
    assert [one.code for one in seen.of_file] == ["REJLSL_F03"]


def test_the_page_of_a_bilan_says_who_is_received_who_is_not_and_who_is_missing(
    lycee: Lycee, version: ExportVersion
) -> None:
    absent = a_finding(Code.INFLSL_01, place="", value="1003", eleve_id=1003)
    sheets = rows_of(bilan_of(version, a_pupil(1), REJECTED, a_pupil(9000)))
    sheets["Constats"].append(["", "1003", "", "", absent.code, absent.code.label, "", "1003"])
    sheets["Élèves"][0].append("Photo")

    bilan = kept(lycee, as_xlsx(sheets))

    seen = bilan_seen(visible_bilan(bilan.pk, by=lycee.actor), by=lycee.actor)
    assert [pupil.name for pupil in seen.concerned] == ["BENHADDOU Élève2"]
    assert [pupil.name for pupil in seen.received] == ["AUBRY Élève1"]
    assert [pupil.name for pupil in seen.unknown] == ["MARTIN Léa"]
    assert (seen.unmentioned, seen.absent) == (("CORDIER Élève3",), ("CORDIER Élève3",))
    assert (seen.of_file, bilan.unread) == ([], ["Colonne inconnue : « Photo »."])


PLACES = [
    ("PARLSL_V03", "année 2025, matière 071000 (O), période 2", "moyenne_2"),
    ("PARLSL_V02", "Trimestre 3", "moyenne_3"),
    ("PARLSL_V03", "année 2024, matière 071000 (O), période 2", ""),
    ("PARLSL_V05", "année 2025, matière 071000 (O), compétence 5001", "competence:C01"),
    ("PARLSL_V06", "compétence 9999", ""),
    ("PARLSL_V09", "année 2025, matière 071000 (O), appréciation", "appreciation"),
    ("PARLSL_V08", "année 2025, matière 071000 (O)", "enseignant"),
    ("PARLSL_V08", "année 2025, chef-d’œuvre ou projet", "projet_enseignant"),
    ("PARLSL_V09", "année 2025, chef-d’œuvre ou projet, appréciation", "projet_appreciation"),
    ("PARLSL_V03", "année 2025, chef-d’œuvre ou projet", "projet_note"),
    ("PARLSL_V09", "année 2025, synthèse des PFMP", "pfmp_synthese"),
    ("PARLSL_A01", "année 2025, synthèse des PFMP", "pfmp_semaines"),
    ("PARLSL_V04", "année 2025, matière 071000 (O), groupe", ""),
    ("PARLSL_V01", "année 2025, matière 071000 (O)", ""),
    ("REJLSL_E04", "", ""),
]


@pytest.mark.parametrize(("code", "place", "field"), PLACES)
def test_the_place_of_a_finding_names_a_field(code: str, place: str, field: str) -> None:
    assert field_of(code, place, year=2025, competences={"5001": "C01"}) == field


def test_a_competence_is_found_by_the_code_of_the_nomenclature(
    lycee: Lycee, version: ExportVersion
) -> None:
    mef = MEFS[Level.TERMINALE][:10]
    code = NomenclatureCode.objects.filter(mef=mef, competence="C08").latest("millesime").code
    finding = a_finding(Code.PARLSL_V05, place=f"année 2025, compétence {code}")

    kept(lycee, bilan_of(version, a_pupil(1, finding)))

    seen = livret_seen(lycee.enrolment(1001))
    assert seen
    assert list(seen.by_field) == ["competence:C08"]


def test_the_last_bilan_of_the_newest_version_shows_until_the_next_export(
    lycee: Lycee, version: ExportVersion
) -> None:
    first = kept(lycee, bilan_of(version, a_pupil(1, a_finding()), REJECTED))
    last = kept(lycee, bilan_of(version, a_pupil(1), REJECTED))
    seen = livret_seen(lycee.enrolment(1001))
    assert seen
    assert seen.row.bilan == last
    rejected = lycee.enrolment(1002).student_id
    told = told_of_class(lycee)
    assert told
    assert (told.outcomes, told.bilan, told.number) == ({rejected: "REJETE"}, last.pk, 1)
    assert told.received_at == last.received_at
    assert bilans_of([version]) == {version.pk: last}

    second = newer(lycee)

    assert livret_seen(lycee.enrolment(1001)) is None
    assert told_of_class(lycee) is None
    assert bilans_of([second]) == {}
    rows = bilan_rows(lycee.year, CIEL, by=lycee.actor)
    assert [(row.bilan, row.replaced_by) for row in rows] == [(last, 2), (first, 2)]


def test_the_bilan_of_a_replaced_version_says_so_and_shows_nowhere(
    lycee: Lycee, version: ExportVersion
) -> None:
    newer(lycee)

    bilan = kept(lycee, bilan_of(version, REJECTED))

    row = visible_bilan(bilan.pk, by=lycee.actor)
    assert row
    assert (row.bilan.version, row.replaced_by) == (version, 2)
    assert livret_seen(lycee.enrolment(1002)) is None


def test_a_pupil_who_changed_division_keeps_what_lsl_said_until_exported_there(
    lycee: Lycee, version: ExportVersion
) -> None:
    bilan = kept(lycee, bilan_of(version, a_pupil(1), REJECTED))
    moved = lycee.enrolment(1002)
    moved.division = factories.division("TCIEL2", year=lycee.year)
    moved.save()
    newer(lycee)

    seen = livret_seen(moved)
    page = bilan_seen(visible_bilan(bilan.pk, by=lycee.actor), by=lycee.actor)
    again = lycee.export("TCIEL2").version

    assert seen is not None
    assert (seen.row.outcome, seen.row.bilan) == (Outcome.REJECTED, bilan)
    assert {one.name: one.enrolment for one in page.pupils}["BENHADDOU Élève2"] == moved
    assert again.division == moved.division
    assert livret_seen(moved) is None


def test_a_bilan_taken_away_shows_no_more_and_may_come_again(
    lycee: Lycee, version: ExportVersion
) -> None:
    data = bilan_of(version, REJECTED)
    remove_bilan(kept(lycee, data), by=lycee.actor)

    assert (ReturnedBilan.objects.count(), ReturnedPupil.objects.count()) == (0, 0)
    assert [action for action, _ in told()] == ["depose", "retire"]
    kept(lycee, data)


def test_erasing_a_pupil_takes_them_out_of_the_bilans_alone(
    lycee: Lycee, version: ExportVersion
) -> None:
    bilan = kept(lycee, bilan_of(version, a_pupil(1), REJECTED))
    student = Student.objects.get(siecle_id=1002)
    with pytest.raises(NotTheOperator):
        erase_pupil_rows(student, by=replace(lycee.actor, author=ANNA))

    assert (pupil_rows(student), erase_pupil_rows(student, by=lycee.actor)) == (1, 1)

    assert outcomes(bilan) == [(1001, Outcome.IMPORTED, True)]
    assert pupil_rows(student) == 0


def test_erasing_a_pupil_reaches_what_lsl_said_under_a_former_number(
    lycee: Lycee, version: ExportVersion
) -> None:
    kept(lycee, bilan_of(version, a_pupil(1), REJECTED))
    student = Student.objects.get(siecle_id=1002)
    ReturnedPupil.objects.filter(siecle_id=1002).update(student=None)
    Student.objects.filter(pk=student.pk).update(siecle_id=2002)
    student.refresh_from_db()
    with transaction.atomic():
        change = Change("modifie", "eleve", "2002", NUMBER, "1002", "2002")
        tell([change], school_uai=lycee.school.uai, by=ANNA)

    assert (pupil_rows(student), erase_pupil_rows(student, by=lycee.actor)) == (1, 1)

    assert [row.siecle_id for row in ReturnedPupil.objects.all()] == [1001]


@pytest.mark.parametrize("pupils", [1, 3])
def test_what_pages_ask_costs_the_same_whatever_the_number_of_pupils(
    lycee: Lycee, version: ExportVersion, pupils: int
) -> None:
    bilan = kept(lycee, bilan_of(version, *(a_pupil(n, a_finding()) for n in range(1, pupils + 1))))

    year = lycee.year
    pupil = lycee.enrolment(1001)

    with queries(1):
        row = visible_bilan(bilan.pk, by=lycee.actor)
    with queries(3):
        bilan_seen(row, by=lycee.actor)
    with queries(1):
        bilan_rows(year, CIEL, by=lycee.actor)
    with queries(1):
        assert livret_seen(pupil).row.bilan.version.number == 1
