"""A pupil erased from the Registre: record, bilans and files say nothing more of them."""

from dataclasses import replace

import pytest

import factories
import registry_factories as make
from bilans import rows_of
from livret_factories import pupil
from livretpro.journal.actions import Author
from livretpro.journal.models import Entry
from livretpro.lsl_registry import bilans
from livretpro.lsl_registry.bilans import bilan_of, export_bilan, keep_bilan
from livretpro.lsl_registry.erasing import Spoken, erase_pupil_rows, pupil_rows
from livretpro.lsl_registry.models import Import, ImportChunk, KeptBilan, Record, RecordVersion
from livretpro.lsl_registry.verification import NoFile, compare
from livretpro.schools.actors import command_line
from livretpro.schools.erasing import NotTheOperator
from lsl_xml import Competence

pytestmark = pytest.mark.django_db


@pytest.fixture
def room():
    """Two pupils with a record; the first is absent from a second file."""
    found = make.room(2)
    wrong = make.evaluation(competences=(Competence("9999", "3"),))
    partial = make.eleve(1001, scolarites=(make.scolarite(evaluations=(wrong,)),))
    make.received(make.document(partial, make.eleve(1002)))
    make.received(make.document(make.eleve(1002)))
    return found


@pytest.fixture
def operator():
    return command_line(factories.school())


def test_only_the_operator_erases(room) -> None:
    with pytest.raises(NotTheOperator):
        erase_pupil_rows(room.first.student, by=replace(room.head, author=Author("a.b", "A B")))

    assert Record.objects.count() == 2


def test_nothing_names_the_pupil_any_more_and_counts_stay(room, operator) -> None:
    student = room.first.student
    first, second = (make.again(one) for one in Import.objects.order_by("pk"))
    assert second.absent_names == ["NOM0001 Léa"]

    told = pupil_rows(student), erase_pupil_rows(student, by=operator)

    assert told == (Spoken(True, 2), Spoken(True, 2))
    assert not pupil_rows(student)
    assert list(Record.objects.values_list("student__siecle_id", flat=True)) == [1002]
    assert RecordVersion.objects.count() == 1
    after = make.again(first.received)
    assert after.counts == first.counts
    assert [one.name for one in after.lines] == ["élève effacé", "NOM0002 Léa"]
    assert not after.findings
    assert not make.again(second.received).absent_names
    names = {one.last_name for one in bilan_of(after).pupils}
    assert names == {"", "NOM0002"}
    assert Entry.objects.filter(action="supprime", kind="dossier_lsl", key="1001").exists()


def test_the_bilan_kept_of_a_large_file_is_the_one_written_until_a_pupil_of_it_is_erased(
    room, operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = Import.objects.order_by("pk")
    written = export_bilan(first, by=room.head)
    monkeypatch.setattr(bilans, "MOST", 1)

    for received in (first, first, second):
        keep_bilan(received.pk)

    assert [one.received for one in KeptBilan.objects.all()] == [first]
    KeptBilan.objects.all().delete()
    with monkeypatch.context() as small:
        small.setattr(bilans.lsl_rules, "MAX_LINES", 2)
        keep_bilan(first.pk)
    assert not KeptBilan.objects.exists()
    keep_bilan(first.pk)
    KeptBilan.objects.update(content=b"kept")
    assert export_bilan(first, by=room.head) == b"kept"
    erase_pupil_rows(room.first.student, by=operator)
    assert rows_of(written)["Élèves"][1][3] == "NOM0001"
    assert rows_of(export_bilan(first, by=room.head))["Élèves"][1][3] == ""


def test_files_that_speak_of_the_pupil_or_were_refused_are_dropped(room, operator) -> None:
    make.received(b"<lsl id='1001'")
    pupil(3, into=factories.division("T2"))
    other = make.received(make.document(make.eleve(1003), division="T2")).received

    erase_pupil_rows(room.first.student, by=operator)

    assert set(ImportChunk.objects.values_list("received", flat=True)) == {other.pk}
    with pytest.raises(NoFile):
        compare(Import.objects.order_by("pk")[0], by=room.head)


def test_a_refusal_says_no_more_what_the_file_held_of_the_pupil(room, operator) -> None:
    data = make.content(make.document()).replace(b'moyenne="12.50"', b'moyenne="125"')
    refused = make.received(data)
    assert refused.refusals[0].eleve_id == 1001

    erase_pupil_rows(room.first.student, by=operator)

    (finding,) = make.again(refused.received).refusals
    assert (finding.eleve_id, finding.phrase) == (None, "Ce constat est effacé.")
