"""A file becomes records and a bilan: what is written, at what cost, once and twice."""

import io
import zipfile
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given

import factories
import registry_factories as make
import safe_input
from background import work
from livretpro.journal.models import Entry
from livretpro.lsl_registry import bilans, jobs, receiving, tasks
from livretpro.lsl_registry.context import with_outline
from livretpro.lsl_registry.ending import Gathered
from livretpro.lsl_registry.jobs import run_import
from livretpro.lsl_registry.models import (
    Campaign,
    Clearance,
    HeldPeriodicity,
    Import,
    ImportState,
    KeptBilan,
    LineStatus,
    Record,
    RecordState,
    RecordVersion,
    Sender,
)
from livretpro.lsl_registry.permissions import NotAllowed
from livretpro.lsl_registry.receiving import BadDeposit, Deposit, receive
from livretpro.lsl_registry.serial import as_data, from_data
from livretpro.lsl_registry.storing import store
from livretpro.referentiels.models import Nomenclature, NomenclatureCode
from livretpro.referentiels.queries import NoNomenclature
from livretpro.schools.models import SchoolYear, Student
from livretpro.schools.rules import Role
from lsl_documents import RANDOM, documents
from lsl_rules import Judged
from lsl_xml import Competence, Document, Periode, Profile, Structure
from query_counts import queries

pytestmark = pytest.mark.django_db


def told(seen):
    """Status of each pupil, with the codes found."""
    return [(one.eleve_id, one.status, [f["code"] for f in one.findings]) for one in seen.lines]


def refused(seen):
    """The codes for which the file is refused; nothing of it was written."""
    assert seen.received.state == ImportState.REFUSED
    assert not seen.lines
    assert not Record.objects.exists()
    return [finding.code.value for finding in seen.refusals]


# What is written


def test_a_file_makes_records_and_a_bilan() -> None:
    make.room(2)

    seen = make.received(make.document(make.eleve(1001), make.eleve(1002)))

    assert told(seen) == [(1001, "IMPORTE", []), (1002, "IMPORTE", [])]
    assert make.record_of(1001) == make.eleve(1001)
    assert seen.received.state == ImportState.DONE
    assert (seen.received.done, seen.received.total, seen.received.percentage) == (2, 2, 100)
    assert [(one.created, one.overwritten, one.unchanged) for one in seen.lines] == [(1, 0, 0)] * 2
    assert [(one.last_name, one.division) for one in seen.lines] == [
        ("NOM0001", "TMELEC"),
        ("NOM0002", "TMELEC"),
    ]


@pytest.mark.parametrize(("done", "total", "shown"), [(5, 23, 21), (12, 23, 52), (20, 23, 86)])
def test_the_percentage_is_truncated_as_in_the_seed(done: int, total: int, shown: int) -> None:
    assert Import(done=done, total=total).percentage == shown


def test_the_same_file_twice_changes_nothing_and_says_so() -> None:
    make.room()
    first = make.received(make.document())

    second = make.received(make.document())

    assert (first.changed_nothing, second.changed_nothing) == (False, True)
    assert second.stood_already
    assert [one.unchanged for one in second.lines] == [1]
    assert (Record.objects.count(), RecordVersion.objects.count()) == (1, 1)


NOTHING_TAKEN = {
    "code-periode": make.eleve(scolarites=(make.scolarite(code_periode="S"),)),
    "another year": make.eleve(scolarites=(make.scolarite(annee_scolaire=2020),)),
    "unknown subject": make.eleve(
        scolarites=(make.scolarite(evaluations=(make.evaluation(modalite_election="F"),)),)
    ),
    "former year of an unknown subject": make.eleve(
        scolarites=(
            make.scolarite(
                annee_scolaire=factories.YEAR - 1,
                code_periode="S",
                code_mef=f"{factories.MEF_PREMIERE}1",
                evaluations=(make.evaluation(modalite_election="F"),),
            ),
        )
    ),
}


@pytest.mark.parametrize("told", NOTHING_TAKEN)
def test_nothing_taken_opens_no_record_and_is_not_said_to_stand(told: str) -> None:
    room = make.room(2)
    make.received(make.document(make.eleve(1002)))

    after = make.received(make.document(NOTHING_TAKEN[told]))

    assert after.lines[0].status == LineStatus.PARTIAL
    assert (after.changed_nothing, after.stood_already) == (True, False)
    assert list(Record.objects.values_list("student", flat=True)) == [room.pupils[1].student_id]
    assert [one.code for one in HeldPeriodicity.objects.all()] == ["T"]


def test_the_same_partial_file_again_changes_nothing_but_not_all_of_it_stood() -> None:
    make.room()
    wrong = make.evaluation(competences=(Competence("9999", "3"),))
    file = make.document(make.eleve(scolarites=(make.scolarite(evaluations=(wrong,)),)))

    first, second = make.received(file), make.received(file)

    assert [(one.changed_nothing, one.stood_already) for one in (first, second)] == [
        (False, False),
        (True, False),
    ]


def test_a_file_with_a_rejected_pupil_sent_again_changes_nothing() -> None:
    make.room()
    file = make.document(make.eleve(), make.eleve(999))

    _, second = make.received(file), make.received(file)

    assert (second.changed_nothing, second.stood_already) == (True, False)


def test_an_ine_alone_changes_a_record() -> None:
    room = make.room()
    student = room.first.student
    student.ine = "0123456789A"
    student.save()
    make.received(make.document())

    after = make.received(make.document(make.eleve(ine="0123456789A")))

    assert (after.counts["created"], after.counts["overwritten"]) == (0, 0)
    assert not after.changed_nothing
    assert make.record_of().ine == "0123456789A"


def test_an_import_cut_half_way_does_not_say_that_all_stood() -> None:
    make.room(2)
    file = make.document(make.eleve(1001), make.eleve(1002))
    make.received(file)
    again = make.received(file).received
    again.lines.filter(rank=2).delete()
    Import.objects.filter(pk=again.pk).update(state=ImportState.BROKEN, done=1)

    cut = make.again(again)

    assert (cut.changed_nothing, cut.stood_already) == (True, False)


def test_what_the_file_brings_replaces_and_what_it_does_not_bring_stays() -> None:
    make.room()
    make.received(make.document())
    changed = make.evaluation("14", competences=(Competence("5002", "4"),), annuelle=None)

    seen = make.received(
        make.document(make.eleve(scolarites=(make.scolarite(evaluations=(changed,)),)))
    )

    (kept,) = make.record_of().scolarites[0].evaluations
    assert kept.annuelle == "De réels progrès."
    assert kept.periodiques == (Periode(1, Decimal(14)),)
    assert {one.code for one in kept.competences} == {"5001", "5002"}
    assert [(one.created, one.overwritten) for one in seen.lines] == [(0, 1)]
    assert [one.number for one in RecordVersion.objects.all()] == [2, 1]


def test_a_partial_pupil_gets_what_is_sound() -> None:
    make.room()
    bad = make.evaluation(
        competences=(Competence("5001", "3"), Competence("5999", "3")),
        structure=Structure(21, None, Decimal(25), Decimal(50), Decimal(50)),
    )
    shares = (Decimal(25), Decimal(50), Decimal(25))
    good = make.evaluation(structure=Structure(20, None, *shares))
    make.received(make.document(make.eleve(scolarites=(make.scolarite(evaluations=(good,)),))))

    seen = make.received(
        make.document(make.eleve(scolarites=(make.scolarite(evaluations=(bad,)),)))
    )

    assert told(seen) == [(1001, "PARTIEL", ["PARLSL_V04", "PARLSL_V05"])]
    (kept,) = make.record_of().scolarites[0].evaluations
    assert [one.code for one in kept.competences] == ["5001"]
    assert kept.structure == Structure(21, None, *shares)


def test_a_rejected_pupil_leaves_the_others_to_be_imported() -> None:
    make.room()

    seen = make.received(make.document(make.eleve(999), make.eleve(1001)))

    assert told(seen) == [(999, "REJETE", ["REJLSL_E01"]), (1001, "IMPORTE", [])]
    assert seen.lines[0].student_id is None
    assert seen.counts["read"] == seen.counts["imported"] + seen.counts["rejected"] == 2


def test_pupils_absent_from_the_file_are_named() -> None:
    make.room(2)

    seen = make.received(make.document())

    assert seen.absent_names == ["NOM0002 Léa"]


def test_the_former_year_of_a_pupil_in_terminale_is_taken() -> None:
    room = make.room()
    former = factories.school_year(year=factories.YEAR - 1)
    place = factories.division("1MELEC", year=former)
    factories.enrolment(room.first.student, into=place)
    years = (make.scolarite(), make.scolarite(annee_scolaire=factories.YEAR - 1, code_periode="S"))

    seen = make.received(make.document(make.eleve(scolarites=years)))

    assert told(seen) == [(1001, "IMPORTE", [])]
    held = {(one.year, one.level): one.code for one in HeldPeriodicity.objects.all()}
    assert held == {(2025, "terminale"): "T", (2024, "premiere"): "S"}


def test_a_signed_record_that_changes_is_to_be_signed_again() -> None:
    make.room()
    make.received(make.document())
    Record.objects.update(state=RecordState.SIGNED)

    same = make.received(make.document())
    assert (Record.objects.get().state, same.changed_nothing) == (RecordState.SIGNED, True)

    other = make.scolarite(evaluations=(make.evaluation("8"),))
    make.received(make.document(make.eleve(scolarites=(other,))))

    assert Record.objects.get().state == RecordState.TYPING


@pytest.mark.parametrize("state", [RecordState.SENT, RecordState.LOCKED])
def test_a_record_sent_or_locked_takes_nothing(state: str) -> None:
    make.room()
    make.received(make.document())
    Record.objects.update(state=state, closed_year=factories.YEAR)

    other = make.scolarite(evaluations=(make.evaluation("8"),))
    seen = make.received(make.document(make.eleve(scolarites=(other,))))

    assert told(seen) == [(1001, "REJETE", ["REJLSL_E07"])]
    assert make.record_of() == make.eleve()


def test_a_record_closed_while_the_file_is_treated_leaves_no_trace_of_its_software(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    make.room()
    make.received(make.document())
    Sender.objects.all().delete()
    claim = Gathered.claim

    def closed_meanwhile(*told: Any) -> None:
        Record.objects.update(state=RecordState.SENT, closed_year=factories.YEAR)
        claim(*told)

    monkeypatch.setattr(Gathered, "claim", closed_meanwhile)
    other = make.scolarite(evaluations=(make.evaluation("8"),))
    seen = make.received(make.document(make.eleve(scolarites=(other,))))

    assert told(seen) == [(1001, "REJETE", ["REJLSL_E07"])]
    assert not Sender.objects.exists()


# What rejects the file


def test_a_file_that_is_not_xml_is_refused() -> None:
    make.room()

    assert refused(make.received(b"<lsl")) == ["REJLSL_F01"]


def test_a_file_that_breaks_the_schema_is_refused() -> None:
    make.room()
    data = make.content(make.document()).replace(b'modalite-election="S"', b'modalite-election="Z"')

    assert refused(make.received(data)) == ["REJLSL_F02"]


def test_a_software_without_accreditation_is_refused() -> None:
    make.room()
    make.Accreditation.objects.update(end=date(2020, 9, 2))

    assert refused(make.received(make.document())) == ["REJLSL_F03"]


def test_another_software_is_refused_until_the_change_is_cleared() -> None:
    room = make.room()
    make.accredited(make.OTHER)
    make.received(make.document())
    other = make.document(editeur=make.OTHER[0], application=make.OTHER[1])

    blocked = make.received(other)
    Clearance.objects.create(
        school=room.year.school, publisher=make.OTHER[0], application=make.OTHER[1]
    )
    taken = make.received(other)
    back = make.received(make.document())

    assert [one.code.value for one in blocked.refusals] == ["REJLSL_F04"]
    assert told(taken) == [(1001, "IMPORTE", [])]
    assert Sender.objects.get().application == make.OTHER[1]
    assert [one.code.value for one in back.refusals] == ["REJLSL_F04"]
    assert not Clearance.objects.exists()


def test_a_change_is_allowed_until_every_subject_of_the_software_before_has_passed() -> None:
    room = make.room()
    make.accredited(make.OTHER)
    school = room.year.school
    for subject, software in (
        ("071100", make.LIVRETPRO),
        ("073000", make.LIVRETPRO),
        ("030201", ("TIERS", "Langues")),
    ):
        Sender.objects.create(
            school=school, subject=subject, publisher=software[0], application=software[1]
        )
    Clearance.objects.create(school=school, publisher=make.OTHER[0], application=make.OTHER[1])

    def sent(*subjects: str) -> bool:
        """Whether the other software is let in with these subjects."""
        year = make.scolarite(
            evaluations=tuple(make.evaluation(code_matiere=one) for one in subjects)
        )
        words = {"editeur": make.OTHER[0], "application": make.OTHER[1]}
        return not make.received(make.document(make.eleve(scolarites=(year,)), **words)).refusals

    assert [sent("071100"), Clearance.objects.exists()] == [True, True]
    assert [sent("071100"), Clearance.objects.exists()] == [True, True]
    now_other = {"publisher": make.OTHER[0], "application": make.OTHER[1]}
    Sender.objects.filter(subject="073000").update(**now_other)
    assert [sent("071100"), Clearance.objects.exists()] == [True, True]
    Sender.objects.filter(subject="071100").update(publisher="LIVRETPRO", application="LivretPro")
    assert [sent("071100"), Clearance.objects.exists()] == [True, False]
    assert not sent("071100", "030201")


def test_without_a_nomenclature_the_import_stops_and_says_what_to_load() -> None:
    make.room()
    Nomenclature.objects.all().delete()

    received = make.received(make.document()).received

    assert (received.state, received.failure) == (ImportState.BROKEN, NoNomenclature.phrase)
    assert not Record.objects.exists()


def test_the_file_of_another_school_is_refused() -> None:
    make.room()

    assert refused(make.received(make.document(etablissement="0380001V"))) == ["REJLSL_F05"]


def test_a_file_outside_the_campaign_is_refused() -> None:
    make.room()
    Campaign.objects.create(year=factories.YEAR, level="terminale", closes=date(2020, 1, 1))

    assert refused(make.received(make.document())) == ["REJLSL_F06"]


def test_the_division_chosen_on_screen_is_that_of_a_file_without() -> None:
    make.room()
    data = make.content(make.document(), Profile.V1_0)

    assert told(make.received(data, chosen="TMELEC")) == [(1001, "IMPORTE", [])]
    unknown = make.received(data, chosen="TCIEL")
    assert [one.code.value for one in unknown.refusals] == ["REJLSL_F07"]


def test_another_code_periode_than_the_one_held_leaves_the_year_out() -> None:
    make.room(2)
    make.received(make.document())

    seen = make.received(
        make.document(make.eleve(1002, scolarites=(make.scolarite(code_periode="S"),)))
    )

    assert told(seen) == [(1002, "PARTIEL", ["PARLSL_S03"])]


def test_the_former_year_keeps_its_code_periode_though_nobody_was_here_then() -> None:
    make.room(2)
    mef = f"{factories.MEF_PREMIERE}1"

    def file(pupil: int, kind: str) -> Document:
        former = make.scolarite(annee_scolaire=factories.YEAR - 1, code_periode=kind, code_mef=mef)
        return make.document(make.eleve(pupil, scolarites=(make.scolarite(), former)))

    first = make.received(file(1001, "T"))
    second = make.received(file(1002, "S"))

    assert told(first) == [(1001, "IMPORTE", [])]
    assert told(second) == [(1002, "PARTIEL", ["PARLSL_S03"])]


def test_one_diploma_has_one_code_periode_whatever_its_mefs_in_a_file() -> None:
    room = make.room()
    twin = f"{factories.MEF_TERMINALE[:-2]}43"
    factories.enrolment(factories.student(1002), into=room.division, mef=twin, level="terminale")
    codes = NomenclatureCode.objects.filter(mef=factories.MEF_TERMINALE)
    for code in codes:
        code.pk, code.mef = None, twin
        code.save()
    other = make.eleve(1002, scolarites=(make.scolarite(code_periode="S"),))

    seen = make.received(make.document(make.eleve(), other))

    assert told(seen) == [(1001, "IMPORTE", []), (1002, "PARTIEL", ["PARLSL_S03"])]


def test_two_files_at_once_do_not_give_a_diploma_two_code_periodes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    make.room(2)
    by_semester = make.eleve(1002, scolarites=(make.scolarite(code_periode="S"),))
    meanwhile = [make.keep(make.document())]
    second = make.keep(make.document(by_semester))

    def late(*known: object) -> object:
        found = with_outline(*known)
        if meanwhile:
            run_import(meanwhile.pop().pk)
        return found

    monkeypatch.setattr(jobs, "with_outline", late)
    run_import(second.pk)

    assert make.record_of(1001) == make.eleve(1001)
    assert told(make.again(second)) == [(1002, "PARTIEL", ["PARLSL_S03"])]
    assert make.record_of(1002) is None


def test_an_import_broken_off_leaves_its_software_and_its_code_periode(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail_at_the_second(received: Import, rank: int, *rest: object) -> Judged:
        if rank == 2:
            raise ZeroDivisionError
        return store(received, rank, *rest)

    make.room(3)
    make.accredited(make.OTHER)
    monkeypatch.setattr(jobs, "store", fail_at_the_second)
    by_semester = make.eleve(1002, scolarites=(make.scolarite(code_periode="S"),))

    broken = make.received(make.document(make.eleve(1001), by_semester)).received
    monkeypatch.undo()
    other = make.received(make.document(editeur=make.OTHER[0], application=make.OTHER[1]))
    again = make.received(make.document(by_semester))

    assert broken.state == ImportState.BROKEN
    assert [one.code.value for one in other.refusals] == ["REJLSL_F04"]
    assert told(again) == [(1002, "PARTIEL", ["PARLSL_S03"])]


# Deposits


def test_each_file_of_a_zip_is_an_import_and_what_is_not_xml_is_left() -> None:
    make.room()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.xml", make.content(make.document()))
        archive.writestr("manifeste.json", b"{}")
        archive.writestr("b.xml", b"<lsl/>")

    made = receive(Deposit([("tout.zip", buffer.getvalue())]), by=factories.actor())

    assert [one.file_name for one in made] == ["a.xml", "b.xml"]


def zipped(**members: bytes) -> bytes:
    """A zip of these `.xml` files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(f"{name}.xml", data)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("archives", "told", "opened"),
    [
        ([zipped(a=b"x" * 600)] * 4, "dépassent ensemble", 2),
        ([zipped(a=b"x" * 400, b=b"x" * 2000)] * 2, "dépassent ensemble", 1),
        ([zipped(a=b"x", b=b"y")] * 4, "au plus 3 fichiers", 2),
    ],
)
def test_archives_are_opened_no_further_than_their_bound_together(
    archives: list[bytes], told: str, opened: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    make.room()
    monkeypatch.setattr(receiving, "MAX_BYTES", 1000)
    monkeypatch.setattr(receiving, "MAX_FILES", 3)
    left = [("tout.zip", content) for content in archives]

    with pytest.raises(BadDeposit, match=told):
        receive(Deposit(left.pop() for _ in archives), by=factories.actor())

    assert len(archives) - len(left) == opened


def test_an_archive_made_of_a_folder_says_to_take_the_files_out() -> None:
    make.room()

    with pytest.raises(safe_input.Refused, match="les fichiers eux-mêmes, sans le dossier"):
        receive(Deposit([("tout.zip", zipped(**{"LSL/a": b"<a/>"}))]), by=factories.actor())


def test_a_school_without_pupils_is_told_what_to_do_first() -> None:
    factories.school(current_year=None)

    with pytest.raises(BadDeposit, match="SIECLE"):
        receive(Deposit([("a.xml", b"<a/>")]), by=factories.actor())


@pytest.mark.django_db(transaction=True)
def test_a_file_sent_after_the_command_waits_for_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bilans, "MOST", 0)  # so that its bilan is large enough to be kept
    make.room()
    content = make.content(make.document())
    by_command = Deposit([("commande.xml", content)])
    (first,) = receive(by_command, by=factories.actor(), defer=False)
    run_import(first.pk)
    second = make.keep(content)

    work()

    assert make.again(second).received.state == ImportState.DONE
    assert [one.received for one in KeptBilan.objects.all()] == [second]


@pytest.mark.django_db(transaction=True)
def test_a_command_that_was_killed_is_taken_over_in_its_turn() -> None:
    make.room()
    (left,) = receive(
        Deposit([("commande.xml", make.content(make.document()))]),
        by=factories.actor(),
        defer=False,
    )
    work()
    assert make.again(left).received.state == ImportState.RUNNING

    tasks.rescue_import(left.pk)
    work()

    assert make.again(left).received.state == ImportState.DONE


def test_a_file_sent_again_while_it_is_treated_is_the_same_import() -> None:
    make.room()
    content = make.content(make.document())

    first = make.keep(content)
    twice = make.keep(content)
    others = [make.keep(content, chosen="TMELEC"), make.keep(content + b" ")]
    others.append(make.keep(content, name="B.xml"))
    run_import(first.pk)
    after = make.keep(content)

    assert twice == first
    assert len({first, *others, after}) == 5
    assert Entry.objects.filter(action="depose").count() == 5


@pytest.mark.parametrize("chosen", ["TMELECTRO", "T\x00"])
def test_a_division_that_none_can_be_is_refused(chosen: str) -> None:
    make.room()

    with pytest.raises(BadDeposit, match="8 caractères"):
        receive(Deposit([("a.xml", b"<a/>")], chosen), by=factories.actor())


def test_a_teacher_sends_nothing() -> None:
    make.room()

    with pytest.raises(NotAllowed):
        receive(Deposit([("a.xml", b"<a/>")]), by=factories.actor(Role.ENSEIGNANT))


def test_the_journal_tells_the_deposit_each_record_and_the_end() -> None:
    make.room()
    make.received(make.document())

    entries = [(one.action, one.kind) for one in Entry.objects.order_by("pk")]

    assert entries == [
        ("depose", "import_lsl"),
        ("importe", "dossier_lsl"),
        ("importe", "import_lsl"),
    ]


def test_bilans_of_a_day_are_numbered() -> None:
    make.room()

    ranks = [make.received(make.document()).received.bilan_rank for _ in range(3)]

    assert ranks == [1, 2, 3]


# Whole records


@RANDOM
@given(documents())
def test_what_is_kept_is_what_was_read(document: Document) -> None:
    for one in document.donnees:
        assert from_data(as_data(one)) == one


def test_the_years_and_pupils_of_the_school_are_its_own() -> None:
    make.room()
    make.received(make.document())

    assert (SchoolYear.objects.count(), Student.objects.count()) == (1, 1)


@pytest.mark.parametrize("pupils", [1, 3])
def test_a_pupil_costs_two_queries(pupils: int) -> None:
    make.room(3)
    eleves = (make.eleve(1001 + number) for number in range(pupils))
    received = make.keep(make.document(*eleves))

    with queries(22 + 2 * pupils):
        run_import(received.pk)
