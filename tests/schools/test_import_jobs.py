"""An import from the web: deposited, read in the background, confirmed, applied (spec 08)."""

import json
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

import factories
from livretpro.fencing import Overtaken
from livretpro.journal.models import Entry
from livretpro.schools import actions
from livretpro.schools.actors import command_line
from livretpro.schools.erasing import NotTheOperator, erase_pupil_reports, reports_kept
from livretpro.schools.importing import Forbidden, Report, jobs
from livretpro.schools.importing.comparison import Choices
from livretpro.schools.importing.forgetting import (
    ANSWER_AWAITED,
    REPORT_KEPT,
    drop_unanswered,
    forget_old_reports,
    forget_reports,
)
from livretpro.schools.importing.queries import import_of, import_report, open_import
from livretpro.schools.models import Enrolment, ImportBatch, ImportFile, ImportState, Student
from livretpro.schools.rules import Role
from school_imports import TODAY, counts, imported, many, of, pupils

pytestmark = pytest.mark.django_db
ADMINISTRATOR = Role.ADMINISTRATEUR
OVERTAKEN_BY_THE_TIME_PUPILS_ARE_WRITTEN = """
CREATE FUNCTION overtake() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN UPDATE schools_importbatch SET attempt = attempt + 1; RETURN NEW; END $$;
CREATE TRIGGER overtake AFTER INSERT ON schools_student
FOR EACH ROW EXECUTE FUNCTION overtake();
"""


def deposit(*contents, by=None):
    files = [(f"fichier-{rank}.xml", content) for rank, content in enumerate(contents, 1)]
    school = factories.school(current_year=None)
    return actions.start_import(school, files, by=by or factories.actor(ADMINISTRATOR))


def run_jobs():
    """Run what stands in the queue, as a worker does."""
    for job in ProcrastinateJob.objects.filter(status="todo").order_by("id"):
        app.tasks[job.task_name](**job.args)
    ProcrastinateJob.objects.all()._raw_delete("default")


def previewed(*contents):
    batch = deposit(*contents)
    run_jobs()
    batch.refresh_from_db()
    return batch


def contents(batch):
    return [bytes(file.content) for file in batch.files.order_by("pk")]


MIB = 1024 * 1024
TOO_MUCH = (
    "Les fichiers dépassent ensemble 32 Mo : "
    "exportez-les sans les adresses, ou envoyez les archives .zip."
)


class TestDeposit:
    def test_keeps_the_files_and_queues_the_reading(self):
        file = pupils(of(1))

        batch = deposit(file)

        job = ProcrastinateJob.objects.get()
        assert (batch.state, batch.author_id) == (ImportState.READING, "a.martin")
        assert contents(batch) == [file]
        assert (job.task_name, job.args) == ("schools.read_import", {"batch_id": batch.pk})
        assert job.lock == f"import:{batch.school_id}"

    def test_is_for_those_who_import(self):
        with pytest.raises(Forbidden):
            deposit(pupils(of(1)), by=factories.actor(Role.ENSEIGNANT))

        assert not ImportBatch.objects.exists()
        assert not ProcrastinateJob.objects.exists()

    @pytest.mark.parametrize(
        ("files", "phrase"),
        [
            ([], "Choisissez au moins un fichier."),
            ([b"x"] * 9, "Un import tient en 8 fichiers au plus."),
            ([bytes(20 * MIB), bytes(13 * MIB)], TOO_MUCH),
        ],
        ids=["none", "many", "large"],
    )
    def test_is_bounded(self, files, phrase):
        with pytest.raises(actions.BadDeposit) as refused:
            deposit(*files)

        assert refused.value.phrase == phrase
        assert not ImportBatch.objects.exists()

    def test_gives_up_the_one_that_still_waits(self):
        first = previewed(pupils(of(1)))

        second = deposit(pupils(of(2)))

        first.refresh_from_db()
        assert (first.state, contents(first)) == (ImportState.DROPPED, [b""])
        assert open_import(second.school) == second


class TestPreview:
    def test_shows_the_report_and_writes_nothing(self):
        batch = previewed(pupils(*many(3)))

        report = import_report(batch)
        assert batch.state == ImportState.PREVIEW
        assert counts(report.eleves) == (3, 0, 0, 0)
        assert (batch.done, batch.total, batch.ended_at) == (3, 3, None)
        assert contents(batch) != [b""]
        assert not Student.objects.exists()

    def test_of_refused_files_is_told_by_the_journal(self):
        batch = previewed(b"<BEE_ELEVES>")

        refus = import_report(batch).refus
        entry = Entry.objects.get(kind="import")
        assert (entry.action, entry.key) == ("refuse", f"dépôt {batch.pk}")
        assert entry.values_kept.after == refus.phrase

    def test_of_refused_files_ends_the_import_and_empties_them(self):
        batch = previewed(b"<BEE_ELEVES>")

        assert batch.state == ImportState.REFUSED
        assert import_report(batch).refus.code == "tronque"
        assert contents(batch) == [b""]
        assert batch.ended_at is not None

    def test_run_again_after_the_end_changes_nothing(self):
        batch = previewed(pupils(of(1)))

        jobs.read_batch(batch.pk, on=TODAY)

        assert ImportBatch.objects.get().attempt == batch.attempt

    def test_overtaken_by_another_run_writes_nothing_more(self):
        batch = deposit(pupils(of(1)))
        first = jobs.take(batch.pk, ImportState.READING)
        second = jobs.take(batch.pk, ImportState.READING)

        with pytest.raises(Overtaken):
            first.progress(1, 1)
        with pytest.raises(Overtaken):
            first.end(ImportState.PREVIEW, Report())
        second.progress(1, 2)

        batch.refresh_from_db()
        assert (batch.state, batch.done, batch.total) == (ImportState.READING, 1, 2)
        assert (batch.attempt, batch.report) == (2, {})


class TestConfirm:
    def test_applies_in_the_background_in_the_name_of_who_confirms(self):
        batch = previewed(pupils(of(1)))

        actions.confirm_import(batch, by=factories.actor(Role.DDFPT))
        assert ImportBatch.objects.get().state == ImportState.APPLYING
        assert not Student.objects.exists()
        run_jobs()

        batch.refresh_from_db()
        assert batch.state == ImportState.APPLIED
        assert counts(import_report(batch).eleves) == (1, 0, 0, 0)
        assert contents(batch) == [b""]
        assert Student.objects.count() == 1
        assert {entry.author_name for entry in Entry.objects.all()} == {"DDFPT"}

    def test_asks_for_what_the_preview_asked(self):
        imported(pupils(*many(3)))
        batch = previewed(pupils(*many(1)))

        with pytest.raises(actions.ConfirmationMissing):
            actions.confirm_import(batch, by=factories.actor())

        assert ImportBatch.objects.get().state == ImportState.PREVIEW
        actions.confirm_import(batch, by=factories.actor(), confirmer_departs=True)
        run_jobs()
        assert Enrolment.objects.present().count() == 1

    def test_takes_the_pupils_said_to_be_the_same(self):
        imported(pupils(of(1)))
        batch = previewed(pupils(of(2)))

        actions.confirm_import(batch, by=factories.actor(), confirmer_departs=True, same_person={2})
        run_jobs()

        assert Student.objects.get().siecle_id == 2

    def test_goes_back_to_the_preview_when_the_school_changed_meanwhile(self):
        imported(pupils(of(1)))
        batch = previewed(pupils(of(1)))
        imported(pupils(*many(9, start=20), of(1)))

        actions.confirm_import(batch, by=factories.actor())
        run_jobs()

        batch.refresh_from_db()
        assert batch.state == ImportState.PREVIEW
        assert import_report(batch).demande_confirmation_departs
        assert contents(batch) != [b""]
        assert Enrolment.objects.present().count() == 10

    def test_twice_is_refused(self):
        batch = previewed(pupils(of(1)))
        actions.confirm_import(batch, by=factories.actor())

        with pytest.raises(actions.NotOpen):
            actions.confirm_import(batch, by=factories.actor())

        assert ProcrastinateJob.objects.count() == 1

    def test_is_for_those_who_import(self):
        batch = previewed(pupils(of(1)))

        with pytest.raises(Forbidden):
            actions.confirm_import(batch, by=factories.actor(Role.ENSEIGNANT))

        assert ImportBatch.objects.get().state == ImportState.PREVIEW

    def test_run_again_after_the_end_changes_nothing(self):
        batch = previewed(pupils(of(1)))
        actions.confirm_import(batch, by=factories.actor())
        run_jobs()
        before = Entry.objects.count()

        jobs.apply_batch(batch.pk, Choices(), on=TODAY)

        assert Entry.objects.count() == before

    def test_overtaken_by_another_run_takes_its_pupils_back(self):
        batch = previewed(pupils(of(1)))
        actions.confirm_import(batch, by=factories.actor())
        with connection.cursor() as cursor:
            cursor.execute(OVERTAKEN_BY_THE_TIME_PUPILS_ARE_WRITTEN)

        jobs.apply_batch(batch.pk, Choices(), on=TODAY)

        assert ImportBatch.objects.get().state == ImportState.APPLYING
        assert not Student.objects.exists()
        assert not Entry.objects.exists()

    def test_that_breaks_ends_the_import_with_a_sentence(self):
        batch = previewed(pupils(of(1)))
        actions.confirm_import(batch, by=factories.actor())
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE schools_student ADD CONSTRAINT bug CHECK (false)")

        with pytest.raises(IntegrityError, match="bug"):
            jobs.apply_batch(batch.pk, Choices(), on=TODAY)

        batch.refresh_from_db()
        assert batch.state == ImportState.REFUSED
        assert import_report(batch).refus.code == "erreur"
        assert contents(batch) == [b""]

    def test_of_files_out_of_turn_ends_refused(self):
        batch = previewed(pupils(of(1), annee=2030))
        imported(pupils(of(1)))

        actions.confirm_import(batch, by=factories.actor())
        run_jobs()

        batch.refresh_from_db()
        assert batch.state == ImportState.REFUSED
        assert import_report(batch).refus.code == "annee"


class TestDrop:
    @pytest.mark.parametrize("read", [True, False])
    def test_empties_the_files_and_stops_what_is_queued(self, read):
        batch = previewed(pupils(of(1))) if read else deposit(pupils(of(1)))

        actions.drop_import(batch, by=factories.actor())
        run_jobs()

        batch.refresh_from_db()
        assert (batch.state, contents(batch)) == (ImportState.DROPPED, [b""])
        assert batch.ended_at is not None
        assert open_import(batch.school) is None
        assert [e.key for e in Entry.objects.filter(action="abandonne")] == [f"dépôt {batch.pk}"]

    def test_comes_too_late_once_confirmed(self):
        batch = previewed(pupils(of(1)))
        actions.confirm_import(batch, by=factories.actor())

        with pytest.raises(actions.NotOpen):
            actions.drop_import(batch, by=factories.actor())

        assert contents(batch) != [b""]

    def test_is_for_those_who_import(self):
        batch = previewed(pupils(of(1)))

        with pytest.raises(Forbidden):
            actions.drop_import(batch, by=factories.actor(Role.ENSEIGNANT))

        assert ImportFile.objects.get().content != b""


def test_a_batch_without_report_yet_has_none():
    assert import_report(deposit(pupils(of(1)))) is None


def test_an_import_is_found_in_its_own_school_only():
    batch = deposit(pupils(of(1)))

    assert import_of(batch.school, batch.pk) == batch
    assert import_of(factories.school(factories.OTHER_UAI), batch.pk) is None


def applied_with_details():
    """An import that adds somebody, then one that corrects INE and date of birth."""
    imported(pupils(of(1)))
    batch = previewed(pupils(of(1, NOM_DE_FAMILLE="AUTRE"), of(2)))
    actions.confirm_import(batch, by=factories.actor())
    run_jobs()
    batch.refresh_from_db()
    return batch


class TestForgetting:
    def test_leaves_the_counts_and_names_nobody_thirty_days_after_the_end(self):
        batch = applied_with_details()
        before = import_report(batch)

        early = forget_old_reports(now=batch.ended_at + REPORT_KEPT - timedelta(seconds=1))
        late = forget_old_reports(now=batch.ended_at + REPORT_KEPT)
        again = forget_old_reports(now=batch.ended_at + REPORT_KEPT)

        batch.refresh_from_db()
        after = import_report(batch)
        assert (early, late, again) == (0, 1, 0)
        assert (after.eleves.counts(), after.annee) == (before.eleves.counts(), before.annee)
        assert "AUTRE" in str(before)
        assert "AUTRE" not in json.dumps(batch.report)
        assert {line.label for line in after.eleves.added + after.eleves.changed} == {""}

    def test_reaches_a_report_of_a_former_version(self):
        batch = applied_with_details()
        del batch.report["reduit"]
        batch.save()

        assert forget_old_reports(now=batch.ended_at + REPORT_KEPT) == 1

    def test_leaves_what_waits_for_an_answer(self):
        batch = previewed(pupils(of(1)))

        assert forget_reports(batch.school) == 0

    def test_gives_up_what_nobody_answers_for_a_week(self):
        batch = previewed(pupils(of(1)))

        early = drop_unanswered(now=batch.created_at + ANSWER_AWAITED - timedelta(seconds=1))
        late = drop_unanswered(now=batch.created_at + ANSWER_AWAITED)
        again = drop_unanswered(now=batch.created_at + ANSWER_AWAITED)

        batch.refresh_from_db()
        assert (early, late, again) == (0, 1, 0)
        assert (batch.state, batch.report) == (ImportState.DROPPED, {})
        assert [bytes(f.content) for f in ImportFile.objects.all()] == [b""]
        assert Entry.objects.latest("pk").author_id == "abandon automatique"

    def test_of_a_given_up_import_is_at_once(self):
        batch = previewed(pupils(of(1)))

        actions.drop_import(batch, by=factories.actor(ADMINISTRATOR))

        batch.refresh_from_db()
        assert batch.report == {}

    def test_goes_with_a_pupil_who_is_erased(self):
        applied_with_details()
        waiting = previewed(pupils(of(1)))
        student = Student.objects.get(siecle_id=1)
        operator = command_line(student.school)

        with pytest.raises(NotTheOperator):
            erase_pupil_reports(student, by=factories.actor())
        done = erase_pupil_reports(student, by=operator)

        waiting.refresh_from_db()
        assert (done, reports_kept(student)) == (2, 0)
        assert waiting.state == ImportState.DROPPED
