"""Importing over HTTP: what is written, the conflict rule, what is kept, what is undone."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest
from django.utils import timezone

import bulletin_factories as made
import factories
import partner_server
import school_to_import as scene
from livretpro.bulletins import jobs, remote
from livretpro.bulletins.actions import periods, services
from livretpro.bulletins.batches import Asked, last_to_undo, start_import, undo_last
from livretpro.bulletins.importing import findings_of
from livretpro.bulletins.models import (
    Appraisal,
    BatchState,
    Degree,
    DivisionState,
    ImportBatch,
    Period,
    Service,
    TeacherGrade,
)
from livretpro.bulletins.plan import Matter
from livretpro.bulletins.refusals import BadChoice, ImportNotAllowed
from livretpro.bulletins.words import CPRO_SERVICE_NAME, GENERIC_NAME, PeriodKind, Source
from livretpro.fencing import Overtaken
from livretpro.journal.models import Entry
from livretpro.schools.models import Division, Group
from livretpro.schools.rules import Role
from partner_server import Reply
from query_counts import queries
from school_to_import import Ready

pytestmark = pytest.mark.django_db
CIEL = "40025519"
TODAY = timezone.localdate()
FULL = {(1001, "note"): "12.50", (1001, "C1"): 3, (1001, "C2"): 2, (1001, "texte"): "De bons progrès."}  # fmt: skip # noqa: E501


@pytest.fixture
def ready(monkeypatch: pytest.MonkeyPatch) -> Iterator[Ready]:
    """A school whose CPRO answers, and nobody who waits for a silent one."""
    monkeypatch.setattr(remote, "PATIENT", remote.Patience(timeout=2, retries=0))
    with partner_server.running_suivi() as cpro:
        yield scene.school(cpro)


def main_of(code: str = "1MELEC") -> Service:
    return Service.objects.get(division__code=code, generated_by_import=False, parent=None)


def first_of(place: Division) -> Service:
    return Service.objects.get(division=place, label="")


def generated() -> Service | None:
    return Service.objects.filter(generated_by_import=True).first()


def test_what_the_team_decided_stands_in_the_vocational_service(ready: Ready) -> None:
    place = scene.division(ready)

    batch = scene.imported(ready, place)

    line = scene.line_of(batch, place)
    assert (batch.state, batch.done, line.state, line.reason) == ("termine", 1, "fait", "")
    assert scene.values(main_of()) == FULL
    assert set(TeacherGrade.objects.values_list("source", "batch")) == {(Source.CPRO, batch.pk)}
    assert (line.report["crees"], line.report["constats"]) == (4, [])
    assert line.service == main_of()


def test_each_value_enters_the_journal(ready: Ready) -> None:
    place = scene.division(ready)

    scene.imported(ready, place)

    told = Entry.objects.filter(kind="bulletin", action="importe").order_by("rank")
    assert [entry.field.split(",")[0] for entry in told] == [
        "note du professeur",
        "C1",
        "C2",
        "appréciation",
    ]


def test_an_import_of_the_same_changes_nothing(ready: Ready) -> None:
    place = scene.division(ready)
    scene.imported(ready, place)
    before = list(Degree.objects.values("pk", "changed_at", "batch"))

    again = scene.imported(ready, place)

    report = scene.line_of(again, place).report
    assert (report["crees"], report["modifies"], report["inchanges"]) == (0, 0, 4)
    assert list(Degree.objects.values("pk", "changed_at", "batch")) == before


def test_a_dry_run_tells_and_writes_nothing(ready: Ready) -> None:
    place = scene.division(ready)
    entries = Entry.objects.count()

    batch = scene.imported(ready, place, dry_run=True)

    assert scene.line_of(batch, place).report["crees"] == 4
    assert (scene.values(main_of()), Entry.objects.count()) == ({}, entries)
    assert last_to_undo(ready.year, by=ready.by) is None


@pytest.mark.parametrize("undone", [False, True], ids=["dry run", "undone"])
def test_an_import_of_which_nothing_stands_does_not_hold_the_periodicity(
    ready: Ready, undone: bool
) -> None:
    scene.imported(ready, scene.division(ready), dry_run=not undone)
    if undone:
        undo_last(ready.year, now=made.NOW, by=ready.by)
    kind = PeriodKind.SEMESTRE
    parts = periods.equal_parts(kind, ready.year.start, ready.year.end)

    held = periods.set_periods(ready.year, kind, parts, by=ready.by)

    assert [period.kind for period in held] == ["S", "S"]


def test_a_text_is_kept_as_one_typed_here(ready: Ready) -> None:
    place = scene.division(ready)
    text = "Bon trimestre.\r\nL’e\u0301lève progresse.\r "
    scene.sends(ready, "1MELEC", [scene.pupil_told(1001, appraisal=text)])

    scene.imported(ready, place)

    assert scene.values(main_of())[1001, "texte"] == "Bon trimestre.\nL’élève progresse."


CONFLICT = [
    ("marks in the service", ["service"], "12.50", True),
    ("marks in a sub-service", ["sub"], "12.50", True),
    ("marks in both", ["service", "sub"], "12.50", True),
    ("averages there only", [], "12.50", False),
    ("marks here only", ["service"], None, False),
    ("none", [], None, False),
    ("marks here, « non noté » there", ["service"], "NN", False),
]


@pytest.mark.parametrize("case", CONFLICT, ids=[case[0] for case in CONFLICT])
def test_marks_on_both_sides_make_a_service_of_their_own_then_the_undo_removes_it(
    ready: Ready, case: tuple[str, list[str], str | None, bool]
) -> None:
    _, marked, average, apart = case
    teacher = factories.staff()
    place = scene.division(ready)
    main = main_of()
    main.service_teachers.create(staff=teacher)
    places = {"service": main, "sub": made.service(into=place, parent=main, label="Atelier")}
    for name in marked:
        made.mark(places[name], factories.student(1001))
    mean = None if average == "NN" else average
    told = scene.pupil_told(1001, average=mean, non_note=average == "NN")
    scene.sends(ready, "1MELEC", [told])
    expected = {key: value for key, value in FULL.items() if mean or key[1] != "note"}

    scene.imported(ready, place)
    first = (generated(), scene.values(generated() or main), scene.values(main))
    scene.imported(ready, place)
    second = (generated(), scene.values(generated() or main))
    undo_last(ready.year, now=made.NOW, by=ready.by)  # the second one wrote nothing

    assert first[1] == expected
    assert (first[0] is not None, first[2]) == (apart, {} if apart else expected)
    assert second == first[:2]
    assert (generated(), scene.values(main)) == (None, {})


def test_the_service_of_the_import_is_like_the_other_without_weight(ready: Ready) -> None:
    place = scene.division(ready)
    teacher = factories.staff()
    main_of().service_teachers.create(staff=teacher)
    made.mark(main_of(), factories.student(1001))

    scene.imported(ready, place)

    service = generated()
    assert service is not None
    assert (service.name, service.coefficient, service.subject.code) == (
        CPRO_SERVICE_NAME,
        Decimal(0),
        "071100",
    )
    assert list(service.teachers.all()) == [teacher]


def test_marks_typed_between_two_imports_move_the_values_of_cpro(ready: Ready) -> None:
    place = scene.division(ready)
    scene.imported(ready, place)
    made.mark(main_of(), factories.student(1001))

    scene.imported(ready, place)
    apart, left = generated(), scene.values(main_of())
    assert apart is not None
    moved = scene.values(apart)
    undo_last(ready.year, now=made.NOW, by=ready.by)

    assert (moved, left) == (FULL, {})
    assert (generated(), scene.values(main_of())) == (None, FULL)


def test_the_undo_of_the_last_import_keeps_the_empty_service_that_an_earlier_one_needs(
    ready: Ready,
) -> None:
    place = scene.division(ready)
    made.mark(main_of(), factories.student(1001))
    scene.imported(ready, place)
    first = scene.values(generated() or main_of())
    scene.sends(ready, "1MELEC", [scene.pupil_told(1001, average=None)])
    scene.imported(ready, place)
    scene.sends(ready, "1MELEC", [scene.pupil_told(1001)])
    scene.imported(ready, place)

    states = []
    for _ in range(3):
        undo_last(ready.year, now=made.NOW, by=ready.by)
        apart = generated()
        states.append((None if apart is None else scene.values(apart), scene.values(main_of())))

    second = {key: value for key, value in FULL.items() if key[1] != "note"}
    assert first == FULL
    assert states == [({}, second), (FULL, {}), (None, {})]


def test_the_marks_of_another_division_in_a_group_are_no_conflict(ready: Ready) -> None:
    place = scene.division(ready)
    other = factories.division("1B")
    factories.enrolment(factories.student(2001), into=other)
    shared = made.service(group=made.group(place), parent=main_of(), label="Atelier")
    made.mark(shared, factories.student(2001))

    scene.imported(ready, place)
    alone = generated()
    made.mark(shared, factories.student(1001))
    scene.imported(ready, place)

    assert (alone, generated() is not None) == (None, True)


def test_a_division_is_not_imported_on_the_diploma_of_another(ready: Ready) -> None:
    place = scene.division(ready)
    other = made.sector(CIEL)
    made.frame("C1", "C2", kept=other)
    made.sector_of(place, other)

    batch = scene.imported(ready, place)

    line = scene.line_of(batch, place)
    assert (line.state, scene.values(main_of())) == (DivisionState.BLOCKED, {})
    assert "sa filière ici est" in line.reason


def test_a_division_of_two_diplomas_is_imported_sector_after_sector(ready: Ready) -> None:
    place = scene.division(ready, "1MELEC", 1001, 1002)
    scene.follows(ready, "1MELEC", factories.CFD, CIEL)
    scene.sends(ready, "1MELEC", [scene.pupil_told(1001), scene.pupil_told(1002, cfd=CIEL)])
    own = {key: value for key, value in FULL.items() if key[1] not in {"C1", "C2"}}

    first = scene.imported(ready, place)
    after_first = scene.values(main_of())
    other = made.sector(CIEL)
    made.frame("C1", "C2", kept=other)
    made.sector_of(place, other)
    second = scene.imported(ready, place)

    told = [findings_of(scene.line_of(batch, place).report) for batch in (first, second)]
    assert [[(f.matter, f.who) for f in found] for found in told] == [
        [(Matter.ANOTHER_DIPLOMA, "ELEVE1002 Léa")],
        [(Matter.ANOTHER_DIPLOMA, "ELEVE1001 Léa")],
    ]
    assert after_first == FULL | {(1002, what): value for (_, what), value in own.items()}
    assert scene.values(main_of()) == FULL | {(1002, what): v for (_, what), v in FULL.items()}
    frames = Degree.objects.order_by("student__siecle_id", "item").values_list(
        "student__siecle_id", "item__frame__sector__code"
    )
    assert list(frames) == [(1001, factories.CFD)] * 2 + [(1002, CIEL)] * 2


def test_a_mark_of_another_period_is_no_conflict(ready: Ready) -> None:
    place = scene.division(ready)
    made.mark(main_of(), factories.student(1001), in_period=made.period(2))

    scene.imported(ready, place)

    assert generated() is None


def edited(value: str = "15.00") -> None:
    TeacherGrade.objects.update(
        value=Decimal(value), source=Source.TYPED, batch=None, changed_at=made.NOW
    )


def test_a_value_edited_here_is_kept_and_listed(ready: Ready) -> None:
    place = scene.division(ready)
    scene.imported(ready, place)
    edited()
    scene.sends(ready, "1MELEC", [scene.pupil_told(1001, average="8.00", degrees={"C1": 4})])

    batch = scene.imported(ready, place)

    report = scene.line_of(batch, place).report
    assert [(f.matter, f.who) for f in findings_of(report)] == [(Matter.KEPT, "ELEVE1001 Léa")]
    assert scene.values(main_of()) == {
        (1001, "note"): "15.00",
        (1001, "C1"): 4,
        (1001, "texte"): "De bons progrès.",
    }


def test_a_pupil_whom_cpro_no_longer_sends_keeps_what_came_before_where_it_stands(
    ready: Ready,
) -> None:
    place = scene.division(ready, "1MELEC", 1001, 1002)
    scene.imported(ready, place)
    made.mark(main_of(), factories.student(1001))
    scene.sends(ready, "1MELEC", [scene.pupil_told(1001)])

    batch = scene.imported(ready, place)

    report = scene.line_of(batch, place).report
    left = {key: value for key, value in scene.values(main_of()).items() if key[0] == 1002}
    assert left == {(1002, what): value for (_, what), value in FULL.items()}
    assert (scene.values(main_of()), scene.values(generated() or main_of())) == (left, FULL)
    (found,) = findings_of(report)
    assert (report["retires"], found.matter) == (4, Matter.ABSENT)


def test_a_value_emptied_here_comes_back_only_when_asked(ready: Ready) -> None:
    place = scene.division(ready)
    scene.imported(ready, place)
    TeacherGrade.objects.all().delete()

    kept = scene.line_of(scene.imported(ready, place), place).report
    without = scene.values(main_of())
    scene.imported(ready, place, replaces=True)
    replaced = scene.values(main_of())
    undo_last(ready.year, now=made.NOW, by=ready.by)

    assert [(f.matter, f.what) for f in findings_of(kept)] == [
        (Matter.KEPT, "note du professeur : vide ici")
    ]
    assert ((1001, "note") in without, replaced) == (False, FULL)
    assert scene.values(main_of()) == without


def test_a_value_that_cpro_sends_anew_or_that_an_undo_took_away_is_no_value_emptied_here(
    ready: Ready,
) -> None:
    place = scene.division(ready)
    scene.imported(ready, place)
    undo_last(ready.year, now=made.NOW, by=ready.by)
    scene.imported(ready, place)
    scene.sends(ready, "1MELEC", [scene.pupil_told(1001, average=None)])
    scene.imported(ready, place)
    scene.sends(ready, "1MELEC", [scene.pupil_told(1001)])

    batch = scene.imported(ready, place)

    assert scene.line_of(batch, place).report["constats"] == []
    assert scene.values(main_of()) == FULL


def test_a_value_edited_here_is_replaced_when_asked_then_comes_back(ready: Ready) -> None:
    place = scene.division(ready)
    scene.imported(ready, place)
    edited()

    scene.imported(ready, place, replaces=True)
    replaced = scene.values(main_of())[1001, "note"]
    undo_last(ready.year, now=made.NOW, by=ready.by)

    assert replaced == "12.50"
    assert scene.values(main_of())[1001, "note"] == "15.00"
    assert TeacherGrade.objects.get().source == Source.TYPED


def test_an_undo_leaves_what_was_edited_since(ready: Ready) -> None:
    place = scene.division(ready)
    scene.imported(ready, place)
    edited()

    done = undo_last(ready.year, now=made.NOW, by=ready.by)

    assert (done.restored, done.left) == (3, 1)
    assert scene.values(main_of()) == {(1001, "note"): "15.00"}


def test_an_undo_leaves_empty_what_was_emptied_since(ready: Ready) -> None:
    place = scene.division(ready)
    scene.imported(ready, place)
    scene.sends(ready, "1MELEC", [scene.pupil_told(1001, average="8.00")])
    scene.imported(ready, place)
    TeacherGrade.objects.all().delete()

    done = undo_last(ready.year, now=made.NOW, by=ready.by)

    assert (done.restored, done.left, TeacherGrade.objects.count()) == (0, 1, 0)


def test_an_undo_brings_back_what_cpro_no_longer_sent(ready: Ready) -> None:
    place = scene.division(ready)
    scene.imported(ready, place)
    scene.sends(ready, "1MELEC", [scene.pupil_told(1001, degrees={"C1": 3})])
    scene.imported(ready, place)
    without = scene.values(main_of())

    undo_last(ready.year, now=made.NOW, by=ready.by)

    assert ((1001, "C2") in without, scene.values(main_of())) == (False, FULL)


def test_each_value_put_back_enters_the_journal(ready: Ready) -> None:
    place = scene.division(ready)
    scene.imported(ready, place)

    undo_last(ready.year, now=made.NOW, by=ready.by)

    told = Entry.objects.filter(kind="bulletin", action="annule").order_by("rank")
    assert [entry.field.split(",")[0] for entry in told] == [
        "note du professeur",
        "C1",
        "C2",
        "appréciation",
    ]
    assert [entry.values_kept.before for entry in told] == ["12.50", "3", "2", "De bons progrès."]


def test_nothing_is_undone_twice_nor_in_a_closed_period(ready: Ready) -> None:
    place = scene.division(ready)
    scene.imported(ready, place)
    period = made.period()
    period.closed_at = made.NOW
    period.save()

    with pytest.raises(BadChoice, match="clôturé"):
        undo_last(ready.year, now=made.NOW, by=ready.by)
    period.closed_at = None
    period.save()
    undo_last(ready.year, now=made.NOW, by=ready.by)

    with pytest.raises(BadChoice, match="rien à annuler"):
        undo_last(ready.year, now=made.NOW, by=ready.by)


def test_what_cannot_be_taken_is_reported_with_its_pupil(ready: Ready) -> None:
    place = scene.division(ready, "1MELEC", 1001, 1002)
    scene.sends(
        ready,
        "1MELEC",
        [
            scene.pupil_told(1001, appraisal="x" * 301, degrees={"C1": 3, "C9": 2}),
            scene.pupil_told(7777),
            scene.pupil_told(1002, average="25.00", degrees={"C1": 5, "C2": 4}),
        ],
    )

    batch = scene.imported(ready, place)

    told = [(f.matter, f.who, f.what) for f in findings_of(scene.line_of(batch, place).report)]
    assert set(told) == {
        (Matter.TOO_LONG, "ELEVE1001 Léa", "301 caractères pour 300"),
        (Matter.UNKNOWN_CODE, "ELEVE1001 Léa", "C9"),
        (Matter.UNMATCHED, "ELEVE7777 Léa", "n° 7777"),
        (Matter.OUT_OF_SCALE, "ELEVE1002 Léa", "note du professeur : 25.00"),
        (Matter.OUT_OF_SCALE, "ELEVE1002 Léa", "C1 Compétence 1 : 5"),
    }
    assert scene.values(main_of()) == {
        (1001, "note"): "12.50",
        (1001, "C1"): 3,
        (1002, "C2"): 4,
        (1002, "texte"): "De bons progrès.",
    }


def test_an_average_out_of_its_scale_is_no_conflict_with_the_marks_typed_here(ready: Ready) -> None:
    place = scene.division(ready)
    made.mark(main_of(), factories.student(1001))
    scene.sends(ready, "1MELEC", [scene.pupil_told(1001, average="25.00")])

    scene.imported(ready, place)

    assert generated() is None


FAILURES = [
    ("garbage", Reply(b"<html>"), "n’est pas l’API de LivretPro Suivi"),
    ("stopped", Reply({}, 503), "CPRO est en difficulté"),
    ("cut short", Reply({"a": 1}, cut=True), "CPRO ne répond pas"),
    ("another host", Reply({}, 302, {"Location": "http://autre.example/"}), "renvoie vers"),
    ("wrong scope", Reply({"code": "portee", "phrase": "Non."}, 403), "ne permet pas"),
    ("a degree in words", None, "n’a pas la forme attendue"),
]


@pytest.mark.parametrize("case", FAILURES, ids=[case[0] for case in FAILURES])
def test_a_failing_division_is_told_left_as_it_was_and_stops_no_other(
    ready: Ready, case: tuple[str, Reply | None, str]
) -> None:
    _, reply, phrase = case
    first, broken, last = (
        scene.division(ready, code, number) for code, number in (("1A", 1), ("1B", 2), ("1C", 3))
    )
    if reply is None:
        scene.sends(ready, "1B", [scene.pupil_told(2, degrees={"C1": "sept"})])  # type: ignore[dict-item]
    else:
        scene.fails(ready, "1B", reply)

    batch = scene.imported(ready, first, broken, last)

    states = {line.division.code: line.state for line in batch.lines.all()}
    assert states == {"1A": "fait", "1B": "echec", "1C": "fait"}
    assert phrase in scene.line_of(batch, broken).reason
    assert scene.values(main_of("1B")) == {}
    assert (batch.state, batch.done) == (BatchState.DONE, 3)
    assert scene.values(main_of("1C"))[3, "note"] == "12.50"


def test_a_division_too_slow_is_told_and_stops_no_other(
    ready: Ready, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remote, "PATIENT", remote.Patience(2.0, 0))
    first, slow, last = (
        scene.division(ready, code, number) for code, number in (("1A", 1), ("1B", 2), ("1C", 3))
    )
    scene.fails(ready, "1B", Reply({"division": "1B" * 500}, drips=True))

    batch = scene.imported(ready, first, slow, last)

    states = {line.division.code: line.state for line in batch.lines.all()}
    assert states == {"1A": "fait", "1B": "echec", "1C": "fait"}
    assert "CPRO répond trop lentement" in scene.line_of(batch, slow).reason
    assert scene.values(main_of("1B")) == {}


def test_what_was_emptied_does_not_come_back_in_the_other_service(ready: Ready) -> None:
    place = scene.division(ready)
    scene.imported(ready, place)
    Appraisal.objects.all().delete()
    made.mark(main_of(), factories.student(1001))

    scene.imported(ready, place)
    kept = Appraisal.objects.count()
    scene.imported(ready, place, replaces=True)

    assert generated() is not None
    assert (kept, Appraisal.objects.count()) == (0, 1)


def test_what_was_edited_is_not_doubled_in_the_other_service(ready: Ready) -> None:
    place = scene.division(ready)
    scene.imported(ready, place)
    Appraisal.objects.update(text="Revue ici.", source=Source.TYPED, batch=None)
    made.mark(main_of(), factories.student(1001))

    kept = scene.line_of(scene.imported(ready, place), place).report
    texts = list(Appraisal.objects.values_list("service", "text"))
    scene.imported(ready, place, replaces=True)
    apart = generated()
    assert apart is not None
    replaced = (scene.values(main_of()), scene.values(apart))
    undo_last(ready.year, now=made.NOW, by=ready.by)

    assert [(f.matter, f.what) for f in findings_of(kept)] == [
        (Matter.KEPT, f"appréciation, dans {main_of().name}")
    ]
    assert (texts, kept["gardes"]) == ([(main_of().pk, "Revue ici.")], 1)
    assert replaced == ({}, FULL)
    assert list(Appraisal.objects.values_list("service", "text")) == texts


def test_an_error_of_ours_in_a_division_leaves_it_as_it_was(ready: Ready) -> None:
    first, broken = scene.division(ready, "1A", 1), scene.division(ready, "1B", 2)
    before = Entry.objects.count()
    scene.sends(ready, "1B", [scene.pupil_told(2, appraisal="\x00")])

    batch = scene.imported(ready, first, broken)

    assert scene.line_of(batch, broken).state == DivisionState.FAILED
    assert scene.values(main_of("1B")) == {}
    assert Entry.objects.count() == before + 5


def test_a_revoked_token_in_the_middle_is_told(ready: Ready) -> None:
    first, broken = scene.division(ready, "1A", 1), scene.division(ready, "1B", 2)
    scene.fails(ready, "1B", Reply({"code": "jeton", "phrase": "Non."}, 401))
    ready.cpro.replies[partner_server.TOKEN] = [
        Reply({"access_token": "jeton-1", "token_type": "Bearer", "expires_in": 3600}),
        Reply({"error": "invalid_client"}, 401),
    ]
    ready.cpro.alive.add("jeton-1")

    batch = scene.imported(ready, first, broken)

    states = {line.division.code: line.state for line in batch.lines.all()}
    assert states == {"1A": "fait", "1B": "echec"}
    assert "refuse l’identifiant ou le secret" in scene.line_of(batch, broken).reason


def test_a_blocked_division_is_told_and_the_others_go_on(ready: Ready) -> None:
    first = scene.division(ready, "1A", 1)
    unpublished = scene.division(ready, "1B", 2, published=False)
    grouped = scene.division(ready, "1C", 3)
    made.service(into=grouped, label="Atelier")

    batch = scene.imported(ready, first, unpublished, grouped)

    told = {line.division.code: (line.state, line.reason) for line in batch.lines.all()}
    assert told["1A"] == ("fait", "")
    assert told["1B"][0] == told["1C"][0] == "bloquee"
    assert "pas publiée dans CPRO" in told["1B"][1]
    assert "ne sont pas regroupés" in told["1C"][1]


def test_credentials_of_another_school_are_refused(ready: Ready) -> None:
    place = scene.division(ready)
    ready.cpro.says(
        partner_server.SCHOOL, {"uai": "0990002P", "nom": "Autre", "annee": scene.YEAR_TOLD}
    )

    batch = scene.imported(ready, place)

    assert (batch.state, batch.failure) == (
        "refuse",
        "Cet accès à CPRO est celui d’un autre établissement : Autre.",
    )


def test_an_attempt_that_was_overtaken_writes_nothing(ready: Ready) -> None:
    place = scene.division(ready)
    batch = start_import(ready.year, [place], Asked(1), by=ready.by, defer=False)
    old = jobs.take(batch.pk)
    assert old is not None
    jobs.take(batch.pk)

    with pytest.raises(Overtaken):
        old.judge(batch.lines.get(), state=DivisionState.DONE)

    assert batch.lines.get().state == DivisionState.WAITING


def test_an_import_cut_short_goes_on_where_it_stopped(ready: Ready) -> None:
    first, last = scene.division(ready, "1A", 1), scene.division(ready, "1B", 2)
    batch = start_import(ready.year, [first, last], Asked(1), by=ready.by, defer=False)
    batch.lines.filter(division=first).update(state=DivisionState.DONE)
    ImportBatch.objects.update(done=1, attempt=1)

    jobs.run_import(batch.pk, on=TODAY)

    batch.refresh_from_db()
    assert (batch.state, batch.done) == (BatchState.DONE, 2)
    assert (scene.values(main_of("1A")), len(scene.values(main_of("1B")))) == ({}, 4)


def test_an_import_cut_short_before_cpro_fell_silent_keeps_what_it_wrote(ready: Ready) -> None:
    """The web that serves CPRO restarts with the worker: the second attempt finds it away."""
    first, last = scene.division(ready, "1A", 1), scene.division(ready, "1B", 2)
    batch = start_import(ready.year, [first, last], Asked(1), by=ready.by, defer=False)
    scene.fails(ready, "1B", Reply({}, 503))
    batch.lines.filter(division=last).delete()
    jobs.run_import(batch.pk, on=TODAY)
    batch.lines.create(division=last)
    ImportBatch.objects.update(state=BatchState.RUNNING, done=1, total=2)
    ready.cpro.says(partner_server.SCHOOL, Reply({}, 503))

    jobs.run_import(batch.pk, on=TODAY)

    batch.refresh_from_db()
    told = scene.line_of(batch, last)
    assert (batch.state, batch.failure, batch.done) == (BatchState.DONE, "", 2)
    assert told.state == DivisionState.FAILED
    assert "CPRO" in told.reason
    assert len(scene.values(main_of("1A"))) == 4
    assert undo_last(ready.year, now=made.NOW, by=ready.by).restored == 4


@pytest.mark.parametrize("aside", ["active", "graded"])
def test_a_service_made_by_an_import_and_set_aside_is_shown_when_it_receives(
    ready: Ready, aside: str
) -> None:
    place = scene.division(ready)
    made.mark(main_of(), factories.student(1001), "8.00")
    scene.imported(ready, place)
    Service.objects.filter(generated_by_import=True).update(**{aside: False})
    scene.sends(ready, "1MELEC", [scene.pupil_told(1001, average="15.00")])

    scene.imported(ready, place)

    held = generated()
    assert held is not None
    assert (held.active, held.graded) == (True, True)
    told = Entry.objects.filter(kind="service_bulletin", action="modifie").get()
    assert told.field == {"active": "actif", "graded": "avec notes"}[aside]


def test_services_grouped_after_an_import_leave_its_values_on_the_bulletin(ready: Ready) -> None:
    place = scene.division(ready)
    first = main_of()
    scene.imported(ready, place)
    Degree.objects.filter(item__cpro_code="C1").update(value=4, source=Source.TYPED, batch=None)
    made.service(into=place, label="Atelier")

    generic = services.group_services(place, by=ready.by)

    assert scene.values(first) == {}
    assert scene.values(generic) == FULL | {(1001, "C1"): 4}
    again = scene.imported(ready, place)
    report = scene.line_of(again, place).report
    assert (report["crees"], report["modifies"], report["gardes"]) == (0, 0, 1)


def test_an_import_is_undone_after_its_services_were_grouped(ready: Ready) -> None:
    place = scene.division(ready)
    scene.imported(ready, place)
    made.service(into=place, label="Atelier")
    generic = services.group_services(place, by=ready.by)

    done = undo_last(ready.year, now=made.NOW, by=ready.by)

    assert (done.restored, done.left, scene.values(generic)) == (4, 0, {})


def test_services_of_a_period_that_was_closed_stay_as_they_are(ready: Ready) -> None:
    place = scene.division(ready)
    scene.imported(ready, place)
    made.service(into=place, label="Atelier")
    Period.objects.update(closed_at=made.NOW)
    stands = services.service_texts(first_of(place))

    with pytest.raises(BadChoice, match="Rouvrez"):
        services.group_services(place, by=ready.by)
    with pytest.raises(BadChoice, match="Rouvrez"):
        services.edit_service(first_of(place), {**stands, "coefficient": "3"}, by=ready.by)


def test_a_service_with_marks_of_a_closed_period_takes_no_subservice(ready: Ready) -> None:
    place = scene.division(ready)
    generic = made.service(into=place, label=GENERIC_NAME)
    made.mark(generic, factories.student(1001), "11.00")
    Period.objects.update(closed_at=made.NOW)

    with pytest.raises(BadChoice, match="Rouvrez"):
        services.group_services(place, by=ready.by)


def test_what_is_typed_after_an_undone_import_stays_in_its_service(ready: Ready) -> None:
    place = scene.division(ready)
    first = main_of()
    scene.imported(ready, place)
    undo_last(ready.year, now=made.NOW, by=ready.by)
    made.grade(first, factories.student(1001), "9.00")
    made.service(into=place, label="Atelier")

    generic = services.group_services(place, by=ready.by)

    assert (scene.values(first), scene.values(generic)) == ({(1001, "note"): "9.00"}, {})


def test_a_place_already_taken_keeps_its_value_and_the_other_its_import(ready: Ready) -> None:
    place = scene.division(ready)
    first = main_of()
    scene.imported(ready, place)
    generic = made.service(into=place, label=GENERIC_NAME)
    made.grade(generic, factories.student(1001), "9.00")

    services.group_services(place, by=ready.by)
    done = undo_last(ready.year, now=made.NOW, by=ready.by)

    assert (done.restored, done.left, scene.values(first)) == (4, 0, {})
    assert scene.values(generic) == {(1001, "note"): "9.00"}


def test_a_service_set_aside_stays_so_while_a_closed_period_holds_its_values(ready: Ready) -> None:
    place = scene.division(ready)
    made.mark(main_of(), factories.student(1001), "8.00")
    scene.imported(ready, place)
    Service.objects.filter(generated_by_import=True).update(active=False)
    closed = made.period(2)
    TeacherGrade.objects.update(period=closed)
    Period.objects.filter(pk=closed.pk).update(closed_at=made.NOW)

    line = scene.line_of(scene.imported(ready, place, replaces=True), place)

    held = generated()
    assert held is not None
    assert (line.state, held.active) == (DivisionState.FAILED, False)
    assert "rouvrez-la" in line.reason


def test_marks_of_a_group_make_the_service_of_a_division_with_its_own_periods(
    ready: Ready,
) -> None:
    place = scene.division(ready)
    made.period(of=place)
    group = Group.objects.create(school_year=ready.year, code="GA")
    group.divisions.add(place, factories.division("1B"))
    half = made.service(group=group, parent=main_of())
    made.mark(half, factories.student(1001), "8.00")

    scene.imported(ready, place)

    assert generated() is not None


def test_a_double_click_is_one_import_and_another_one_waits(ready: Ready) -> None:
    place = scene.division(ready)
    once = start_import(ready.year, [place], Asked(1), by=ready.by)

    twice = start_import(ready.year, [place], Asked(1), by=ready.by)

    assert once == twice
    with pytest.raises(BadChoice, match="en cours"):
        start_import(ready.year, [place], Asked(2), by=ready.by)


@pytest.mark.parametrize("role", [Role.ENSEIGNANT, Role.ADMINISTRATEUR])
def test_teachers_and_administrators_import_and_undo_nothing(ready: Ready, role: Role) -> None:
    place, stranger = scene.division(ready), factories.actor(role)

    with pytest.raises(ImportNotAllowed):
        start_import(ready.year, [place], Asked(1), by=stranger)
    with pytest.raises(ImportNotAllowed):
        undo_last(ready.year, now=made.NOW, by=stranger)


def test_who_lost_the_right_meanwhile_imports_nothing(ready: Ready) -> None:
    place = scene.division(ready)
    head = factories.actor(Role.CHEF)
    batch = start_import(ready.year, [place], Asked(1), by=head, defer=False)

    jobs.run_import(batch.pk, on=TODAY)

    batch.refresh_from_db()
    assert (batch.state, scene.values(main_of())) == (BatchState.REFUSED, {})


@pytest.mark.parametrize("count", [1, 3])
def test_the_queries_of_an_undo_do_not_grow_with_the_pupils(ready: Ready, count: int) -> None:
    scene.imported(ready, scene.division(ready, "1MELEC", *range(1, count + 1)))

    with queries(20):
        done = undo_last(ready.year, now=made.NOW, by=ready.by)

    assert done.restored == 4 * count


@pytest.mark.parametrize("count", [1, 3])
def test_the_queries_of_an_import_do_not_grow_with_the_pupils(ready: Ready, count: int) -> None:
    place = scene.division(ready, "1MELEC", *range(1, count + 1))
    batch = start_import(ready.year, [place], Asked(1), by=ready.by, defer=False)

    with queries(46):
        jobs.run_import(batch.pk, on=TODAY)

    assert len(scene.values(main_of())) == 4 * count


def test_an_actor_of_another_school_sees_no_import(ready: Ready) -> None:
    batch = scene.imported(ready, scene.division(ready))
    elsewhere = factories.actor(of=factories.school(factories.OTHER_UAI))

    assert list(ImportBatch.objects.visible_to(elsewhere)) == []
    assert list(ImportBatch.objects.visible_to(replace(elsewhere, school=ready.year.school))) == [
        batch
    ]
