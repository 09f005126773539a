"""Several divisions exported in the background: asked for, made, cut short, taken up again."""

import io
import json
import zipfile
from importlib import import_module

import pytest
from django.db import OperationalError, connection
from django.db.models import QuerySet
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

import factories
import livret_factories as make
from export_reading import OURS, STRICT, export, full_room
from livret_factories import Classroom
from livretpro.fencing import Overtaken
from livretpro.journal.models import Entry
from livretpro.livrets.actions import record
from livretpro.lsl_export import jobs
from livretpro.lsl_export.actions import Forbidden, NothingToExport, create_export
from livretpro.lsl_export.bundle import hand_out_all
from livretpro.lsl_export.models import ExportRun, ExportRunLine, ExportVersion
from livretpro.lsl_export.profiles import Options
from livretpro.lsl_export.runs import run_of, run_seen, start_run
from livretpro.referentiels.models import NomenclatureCode
from livretpro.schools.actors import Actor, command_line
from livretpro.schools.models import Division, Enrolment
from livretpro.schools.rules import Role
from query_counts import queries

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
TRIGGER = """
CREATE FUNCTION cut() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {does} RETURN NEW; END $$;
CREATE TRIGGER cut AFTER INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION cut();
"""
OVERTAKEN = "UPDATE lsl_export_exportrun SET attempt = attempt + 1;"
DATABASE_LOST = "IF NEW.division_id = {division} THEN RAISE SQLSTATE '08006'; END IF;"


@pytest.fixture
def room() -> Classroom:
    """A class whose livret is green; two others stand beside it."""
    return full_room()


def beside(code: str, number: int, *, red: bool = False) -> Division:
    """Another division of the same diploma, of one pupil."""
    division = factories.division(code)
    make.typed(make.pupil(number, into=division), {} if red else make.FULL)
    return division


def pupil_of(division: Division) -> Enrolment:
    return Enrolment.objects.get(division=division)


def ask(room: Classroom, *others: Division, options: Options = OURS) -> ExportRun:
    by = command_line(room.head.school)
    return start_run([room.division, *others], room.diploma, options, by=by)


def run(asked: ExportRun) -> ExportRun:
    jobs.make_run(asked.pk, on=TODAY)
    asked.refresh_from_db()
    return asked


def told(asked: ExportRun) -> list[tuple[str, str, int | None, str]]:
    """Division, state, version and reason of each line."""
    return [
        (line.division.code, line.state, line.version and line.version.number, line.reason)
        for line in run_seen(asked).lines
    ]


def on_insert(table: str, does: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(TRIGGER.format(table=table, does=does))


def queued() -> QuerySet[ProcrastinateJob]:
    return ProcrastinateJob.objects.filter(task_name="lsl_export.make_files")


def no_trigger(table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER cut ON {table}")


class TestAsking:
    def test_keeps_the_divisions_and_queues_the_work(self, room: Classroom) -> None:
        asked = ask(room, beside("TMELEC2", 2), options=STRICT)

        job = queued().get()
        assert job.args == {"run_id": asked.pk}
        assert job.lock == f"export:{room.head.school.pk}"
        assert (asked.state, asked.done, asked.total) == ("en_cours", 0, 2)
        assert (asked.profile, asked.with_previous_year) == ("1.0", False)
        assert told(asked) == [("TMELEC", "attend", None, ""), ("TMELEC2", "attend", None, "")]
        assert not ExportVersion.objects.exists()

    def test_twice_while_it_lasts_is_the_same(self, room: Classroom) -> None:
        other = beside("TMELEC2", 2)
        first = ask(room, other)

        assert ask(room, other) == first
        assert {ask(room), ask(room, other, options=STRICT)}.isdisjoint({first})
        run(first)
        assert ask(room, other) != first

    def test_is_for_those_who_export(self, room: Classroom) -> None:
        for role in set(Role) - {Role.CHEF, Role.ADJOINT, Role.DDFPT}:
            with pytest.raises(Forbidden):
                start_run([room.division], room.diploma, OURS, by=factories.actor(role))

        assert not ExportRun.objects.exists()
        assert not queued().exists()

    def test_nothing_is_refused(self, room: Classroom) -> None:
        with pytest.raises(NothingToExport):
            start_run([], room.diploma, OURS, by=room.head)

    def test_is_found_by_the_heads_of_its_school_at_its_diploma_and_year(
        self, room: Classroom
    ) -> None:
        asked, year = ask(room), room.year

        assert run_of(asked.pk, factories.CFD, year, by=room.head) == asked
        assert run_of(asked.pk, "40025519", year, by=room.head) is None
        teacher, other = (
            make.teacher(),
            Actor(factories.school(factories.OTHER_UAI), room.head.author, room.head.roles),
        )
        assert run_of(asked.pk, factories.CFD, year, by=teacher) is None
        assert run_of(asked.pk, factories.CFD, year, by=other) is None


class TestMaking:
    def test_each_division_is_told_apart(self, room: Classroom) -> None:
        export(room)
        asked = run(ask(room, beside("TMELEC2", 2), beside("TMELEC3", 3, red=True)))

        assert told(asked) == [
            ("TMELEC", "inchange", 1, ""),
            ("TMELEC2", "fait", 1, ""),
            ("TMELEC3", "laisse", None, "Le seul livret de TMELEC3 est rouge."),
        ]
        assert (asked.state, asked.done) == ("termine", 3)

    def test_the_files_are_those_of_one_division_after_the_other(self, room: Classroom) -> None:
        other = beside("TMELEC2", 2)
        run(ask(room, other))

        for division in (room.division, other):
            assert not create_export(division, room.diploma, OURS, by=room.head).fresh

    def test_a_competence_without_code_stops_the_file_of_its_division_alone(
        self, room: Classroom
    ) -> None:
        other = beside("TMELEC2", 2, red=True)
        premiere = make.pupil(3, into=other, mef=factories.MEF_PREMIERE)
        make.periodicity(level="premiere")
        make.typed(premiere, make.FULL)
        NomenclatureCode.objects.filter(mef=factories.MEF_PREMIERE, competence="C1").delete()

        asked = run(ask(room, other))

        (_, made, *_), (_, left, _, reason) = told(asked)
        assert (made, left) == ("fait", "laisse")
        assert "n’a pas de code pour la compétence C1" in reason

    def test_the_files_are_made_in_the_name_of_who_asked(self, room: Classroom) -> None:
        asked = run(ask(room))

        version = ExportVersion.objects.get()
        assert (version.author_id, version.author_name) == (asked.author_id, asked.author_name)
        assert Entry.objects.get(kind="export").author_name == asked.author_name

    def test_a_bug_in_a_division_keeps_no_other_from_its_file(self, room: Classroom) -> None:
        asked = ask(room, beside("TMELEC2", 2))
        with connection.cursor() as cursor:
            cursor.execute(
                "ALTER TABLE lsl_export_exportversion"
                f" ADD CONSTRAINT bug CHECK (division_id <> {room.division.pk})"
            )

        run(asked)

        assert told(asked) == [
            ("TMELEC", "erreur", None, jobs.BROKEN),
            ("TMELEC2", "fait", 1, ""),
        ]
        assert asked.state == "termine"

    def test_who_no_longer_exports_gets_nothing_made(self, room: Classroom) -> None:
        gone = Actor(room.head.school, room.head.author, room.head.roles)
        asked = start_run([room.division], room.diploma, OURS, by=gone)

        run(asked)

        assert (asked.state, ExportVersion.objects.count()) == ("refuse", 0)


class TestCutShort:
    def test_the_next_attempt_does_the_rest_alone(self, room: Classroom) -> None:
        asked = ask(room, beside("TMELEC2", 2))
        on_insert(
            "lsl_export_exportversion",
            DATABASE_LOST.format(division=Division.objects.get(code="TMELEC2").pk),
        )

        with pytest.raises(OperationalError):
            jobs.make_run(asked.pk, on=TODAY)
        asked.refresh_from_db()
        assert (asked.state, asked.done) == ("en_cours", 1)
        no_trigger("lsl_export_exportversion")
        run(asked)

        assert told(asked) == [("TMELEC", "fait", 1, ""), ("TMELEC2", "fait", 1, "")]
        assert (asked.state, asked.done, asked.attempt) == ("termine", 2, 2)
        assert Entry.objects.filter(action="exporte").count() == 2

    def test_who_was_overtaken_takes_its_file_back(self, room: Classroom) -> None:
        asked = ask(room)
        on_insert("lsl_export_exportedpupil", OVERTAKEN)

        run(asked)

        assert told(asked) == [("TMELEC", "attend", None, "")]
        assert (asked.state, asked.done) == ("en_cours", 0)
        assert not ExportVersion.objects.exists()
        assert not Entry.objects.filter(kind="export").exists()
        no_trigger("lsl_export_exportedpupil")
        assert told(run(asked)) == [("TMELEC", "fait", 1, "")]

    def test_an_older_attempt_that_comes_back_writes_nothing(self, room: Classroom) -> None:
        asked = ask(room)
        older, newer = jobs.take(asked.pk), jobs.take(asked.pk)
        line = ExportRunLine.objects.get()

        with pytest.raises(Overtaken):
            older.leave_out(line, "Trop tard.", "laisse")
        with pytest.raises(Overtaken):
            older.end("termine")

        newer.leave_out(line, "À temps.", "laisse")
        assert told(asked) == [("TMELEC", "laisse", None, "À temps.")]

    def test_again_after_the_end_changes_nothing(self, room: Classroom) -> None:
        asked = run(ask(room))
        record(room.first, "moyenne_1", "13", by=room.head)

        run(asked)

        assert (asked.attempt, ExportVersion.objects.count()) == (1, 1)


def test_a_version_made_by_hand_meanwhile_is_not_replaced_by_what_was_read_before(
    room: Classroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    other, keep = beside("TMELEC2", 2), jobs.keep_file

    def then_somebody_exports(*args, **named):
        made = keep(*args, **named)
        if made.version.division == room.division:
            record(pupil_of(other), "moyenne_1", "13", by=room.head)
            create_export(other, room.diploma, OURS, by=room.head)
        return made

    monkeypatch.setattr(jobs, "keep_file", then_somebody_exports)

    asked = run(ask(room, other))

    assert told(asked) == [("TMELEC", "fait", 1, ""), ("TMELEC2", "inchange", 1, "")]
    assert ExportVersion.objects.count() == 2


@pytest.mark.parametrize("divisions", [1, 3])
def test_a_division_costs_seven_queries_beside_what_is_read_once(
    room: Classroom, divisions: int
) -> None:
    others = [beside(f"TMELEC{number}", number) for number in range(2, divisions + 1)]
    asked = ask(room, *others)

    with queries(2 + 1 + 9 + 1 + 7 * divisions):
        jobs.make_run(asked.pk, on=TODAY)


def test_divisions_whose_codes_are_reduced_alike_have_their_own_name_in_the_zip() -> None:
    room = full_room(code="T MELEC")
    run(ask(room, beside("T/melec", 2)))
    versions = list(ExportVersion.objects.order_by("division__code"))
    for version in versions:  # both made within one second
        version.file_name = version.file_name[:-10] + "120000.xml"

    content = hand_out_all(versions, by=room.head)

    with zipfile.ZipFile(io.BytesIO(content)) as held:
        names = [f["nom"] for f in json.loads(held.read("manifeste.json"))["fichiers"]]
        assert [held.read(name) for name in names] == [bytes(v.content) for v in versions]
    assert len({name.casefold() for name in names}) == 2
    assert names[1] == versions[1].file_name.replace(".xml", "-2.xml")


def test_versions_of_before_the_field_are_told_what_their_livrets_are_judged_by(
    room: Classroom,
) -> None:
    run(ask(room))
    version = ExportVersion.objects.get()
    carried = import_module("livretpro.lsl_export.migrations.0006_referentiels_of_a_version")
    ExportVersion.objects.update(referentiels=[])

    with connection.cursor() as cursor:
        cursor.execute(carried.OF_FORMER_VERSIONS)

    assert version.referentiels
    assert ExportVersion.objects.get().referentiels == version.referentiels
