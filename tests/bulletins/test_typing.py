"""What is typed here: who may, what is kept, two writers face to face, closed periods, journal."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

import bulletin_factories as make
import factories
from livretpro.bulletins.actions.assessments import (
    Work,
    WorkChanged,
    add_assessment,
    edit_assessment,
    remove_assessment,
)
from livretpro.bulletins.actions.typing import (
    BELOW,
    Closed,
    NotYours,
    NotYoursGeneral,
    Typed,
    closed_reason,
    record_general,
    record_in_service,
)
from livretpro.bulletins.fields import UnknownField
from livretpro.bulletins.models import (
    Appraisal,
    Assessment,
    GeneralAppraisal,
    Mark,
    Service,
    TeacherGrade,
)
from livretpro.bulletins.queries.desk import marks_seen
from livretpro.bulletins.refusals import BadChoice
from livretpro.bulletins.words import Source
from livretpro.journal.models import Entry
from livretpro.schools.models import Group, Student, Substitution
from livretpro.schools.rules import Role
from query_counts import queries

pytestmark = pytest.mark.django_db

PUPIL = 1001
OPEN = "2025-10-01"


def pupil(siecle_id: int = PUPIL) -> Student:
    return factories.student(siecle_id)


def save(service: Service, *typed: Typed, by=None, period=None):
    known = {one.student for one in typed if Student.objects.filter(pk=one.student).exists()}
    return record_in_service(
        service,
        period or make.period(),
        typed,
        pupils=known,
        now=make.NOW,
        by=by or factories.actor(),
    )


def text(raw: str, seen: str = "", *, key: str = "prof", of: Student | None = None) -> Typed:
    return Typed((of or pupil()).pk, key, raw, seen)


def work(service: Service, label: str = "Devoir 1") -> Assessment:
    return add_assessment(service, make.period(), Work(label, OPEN), by=factories.actor())


def teacher(*, of: Service | None = None):
    user = factories.user()
    staff = factories.staff(person=user)
    if of is not None:
        make.taught_by(of, staff)
    return replace(factories.actor(Role.ENSEIGNANT), user=user, on=factories.SCHOOL_DAY)


def test_marks_grades_and_appraisals_are_kept_and_told() -> None:
    service = make.service()
    note = f"note:{work(service).pk}"

    answers = save(
        service,
        text("12,5", key=note),
        text("NN", key=note, of=pupil(1002)),
        text("14"),
        text(" De réels\r\nprogrès. ", key="appreciation"),
    )

    assert [(a.before, a.after, a.phrase) for a in answers] == [
        ("", "12,50", ""),
        ("", "NN", ""),
        ("", "14,00", ""),
        ("", "De réels\nprogrès.", ""),
    ]
    marks = Mark.objects.order_by("student__siecle_id")
    assert list(marks.values_list("value", flat=True)) == [Decimal("12.50"), None]
    assert TeacherGrade.objects.get().value == 14
    assert Appraisal.objects.get().text == "De réels\nprogrès."
    told = Entry.objects.filter(kind="bulletin").order_by("pk")
    name = service.name
    assert [entry.field for entry in told] == [
        f"Devoir 1, {name}",
        f"Devoir 1, {name}",
        f"note du professeur, {name}",
        f"appréciation, {name}",
    ]
    assert told[0].key == f"{pupil().pk}:{make.period().pk}"


def test_two_writers_see_both_values_and_nothing_is_lost() -> None:
    service = make.service()
    save(service, text("12"))

    (answer,) = save(service, text("15", seen=""))

    assert (answer.stands, answer.after, answer.changed) == ("12,00", "15,00", False)
    assert (
        answer.phrase == "Note du professeur changée entre-temps : choisissez la valeur à garder."
    )
    assert TeacherGrade.objects.get().value == 12


def test_the_same_value_twice_is_one_save() -> None:
    service = make.service()
    save(service, text("12"))

    (again,) = save(service, text("12,0", seen=""))

    assert (again.phrase, again.changed) == ("", False)
    assert Entry.objects.filter(kind="bulletin").count() == 1


def test_an_empty_text_removes_the_value() -> None:
    service = make.service()
    save(service, text("12"))

    save(service, text("", seen="12,00"))

    assert not TeacherGrade.objects.exists()


def test_what_is_refused_stops_nothing_else() -> None:
    service = make.service()

    answers = save(
        service,
        text("21"),
        text("x" * 301, key="appreciation"),
        text("12", key="note:99999"),
        text("12", of=pupil(1002)),
        Typed(0, "prof", "12", ""),
    )

    assert [answer.phrase for answer in answers] == [
        "« 21 » n’est pas entre 0 et 20.",
        "L’appréciation compte 301 caractères : la limite est de 300, 1 de trop.",
        "Ce devoir n’existe plus.",
        "",
        "Cet élève n’est plus dans cette liste.",
    ]
    assert TeacherGrade.objects.get().student == pupil(1002)
    with pytest.raises(UnknownField):
        save(service, text("12", key="moyenne"))


@pytest.mark.parametrize("raw", ["11,00", "13"])
def test_a_value_typed_over_one_of_cpro_is_typed_here(raw: str) -> None:
    service = make.service()
    make.grade(service, pupil(), "11.00", source=Source.CPRO)

    save(service, text(raw, seen="11,00"))

    kept = TeacherGrade.objects.get()
    expected = Source.CPRO if raw == "11,00" else Source.TYPED
    assert (kept.source, kept.batch is None) == (expected, expected is Source.TYPED)


def test_the_teachers_of_the_service_write_and_who_stands_in_for_them() -> None:
    service = make.service()
    save(service, text("12"), by=teacher(of=service))

    absent = factories.staff("ROYER", "Anne")
    other = make.service(make.subject("Français", "020700"), teachers=(absent,))
    with pytest.raises(NotYours):
        save(other, text("12"), by=_person("lea.petit"))
    Substitution.objects.create(
        absent=absent,
        substitute=factories.user().staff.get(),
        start=factories.SCHOOL_DAY,
    )
    save(other, text("9"), by=_person("lea.petit"))

    assert TeacherGrade.objects.count() == 2


def _person(identifier: str):
    return replace(
        factories.actor(Role.ENSEIGNANT), user=factories.user(identifier), on=factories.SCHOOL_DAY
    )


def test_an_administrator_writes_nothing() -> None:
    with pytest.raises(NotYours):
        save(make.service(), text("12"), by=factories.actor(Role.ADMINISTRATEUR))


def test_nobody_writes_in_a_closed_period() -> None:
    service, period = make.service(), make.period(closed=True)

    with pytest.raises(Closed) as refusal:
        save(service, text("12"), period=period)

    assert refusal.value.phrase == (
        "Le 1er trimestre est clôturé depuis le 20/11/2025 : il se lit sans se modifier. "
        "Le chef d’établissement ou le DDFPT peut le rouvrir."
    )
    with pytest.raises(Closed):
        add_assessment(service, period, Work("Devoir", OPEN), by=factories.actor())
    with pytest.raises(Closed):
        record_general(
            factories.division(), period, [], pupils=[], now=make.NOW, by=factories.actor()
        )


def test_a_closing_late_in_the_evening_is_told_by_the_day_of_the_school() -> None:
    period = make.period()
    period.closed_at = datetime(2025, 11, 20, 23, 30, tzinfo=UTC)

    assert closed_reason(period).startswith("Le 1er trimestre est clôturé depuis le 21/11/2025")


def test_the_general_appraisal_is_the_principals() -> None:
    division, own = factories.division(), [text("Continuez.", key="generale")]
    principal = replace(
        factories.actor(Role.ENSEIGNANT), principal_divisions=frozenset({division.pk})
    )
    told = {"pupils": [pupil().pk], "now": make.NOW}

    with pytest.raises(NotYoursGeneral):
        record_general(division, make.period(), own, by=factories.actor(Role.ENSEIGNANT), **told)
    record_general(division, make.period(), own, by=principal, **told)
    (misplaced,) = save(make.service(), text("x", key="generale"))

    assert GeneralAppraisal.objects.get().text == "Continuez."
    assert not misplaced.changed


def test_a_piece_of_work_is_changed_and_removed_as_it_was_seen() -> None:
    service = make.service()
    made = work(service)
    save(service, text("12", key=f"note:{made.pk}"))
    seen, head = Work.of(made), factories.actor()

    assert edit_assessment(made, Work("Contrôle", OPEN, "2,5"), seen=seen, by=head)
    with pytest.raises(WorkChanged):
        edit_assessment(made, Work("Autre", OPEN), seen=seen, by=head)
    shown = str(marks_seen(made))
    save(service, text("13", "12,00", key=f"note:{made.pk}"))
    with pytest.raises(WorkChanged):
        remove_assessment(made, marks=shown, by=head)
    made.refresh_from_db()
    assert (made.label, made.coefficient) == ("Contrôle", Decimal("2.50"))

    remove_assessment(made, marks=str(marks_seen(made)), by=head)

    assert not Mark.objects.exists()
    told = Entry.objects.order_by("-pk").select_related("values_kept")[:2]
    assert [(e.kind, e.action, e.values_kept.before) for e in told] == [
        ("devoir", "retire", "Contrôle, 2025-10-01, coefficient 2,5"),
        ("bulletin", "retire", "13,00"),
    ]


def test_a_piece_of_work_asked_for_twice_is_one_until_it_is_marked() -> None:
    service = make.service()
    first, again = work(service), work(service)
    save(service, text("12", key=f"note:{first.pk}"))

    assert first == again
    assert work(service) != first


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (Work("", OPEN), "Donnez un intitulé au devoir."),
        (Work("Devoir", "2026-01-10"), "La date tombe hors du 1er trimestre"),
        (Work("Devoir", "hier"), "La date du devoir manque"),
        (Work("Devoir", OPEN, "-1"), "Un coefficient est un nombre de 0 à 100"),
    ],
    ids=str,
)
def test_a_piece_of_work_that_cannot_be_is_refused_in_words(typed: Work, said: str) -> None:
    with pytest.raises(BadChoice) as refusal:
        add_assessment(make.service(), make.period(), typed, by=factories.actor())

    assert refusal.value.phrase.startswith(said)


def test_marks_stand_in_the_subservices_where_there_are_some() -> None:
    parent = make.service()
    make.service(parent=parent, label="Atelier")

    with pytest.raises(BadChoice):
        work(parent)
    make.mark(parent, pupil(), "12.00")
    (kept,) = save(parent, text("15", "12,00", key=f"note:{Assessment.objects.get().pk}"))

    assert (kept.changed, kept.phrase) == (False, BELOW)
    assert Mark.objects.get().value == 12


@pytest.mark.parametrize("pupils", [1, 3])
def test_a_save_costs_the_same_whatever_the_number_of_pupils(pupils: int) -> None:
    service = make.service()
    made = work(service)
    typed = [
        text(raw, key=key, of=pupil(1001 + n))
        for n in range(pupils)
        for key, raw in ((f"note:{made.pk}", "12"), ("prof", "13"), ("appreciation", "Bien."))
    ]
    own, head, period = {one.student for one in typed}, factories.actor(), make.period()

    with queries(12):
        record_in_service(service, period, typed, pupils=own, now=make.NOW, by=head)


def test_a_group_writes_nothing_on_the_bulletins_that_a_division_gave_out() -> None:
    """The division closed a period of its own; the other one of the group works on."""
    closed, other = factories.division("1A"), factories.division("1B")
    group = Group.objects.create(school_year=factories.school_year(), code="G1")
    group.divisions.add(closed, other)
    for number, place in ((1001, closed), (1002, other)):
        factories.enrolment(factories.student(number), into=place)
    make.period(of=closed, closed=True)
    shared = make.service(group=group)

    first, second = save(
        shared, text("12", of=pupil(1001)), text("13", of=pupil(1002)), period=make.period()
    )

    assert first.phrase.startswith("La division de cet élève a clôturé sa propre période")
    assert (second.phrase, second.after) == ("", "13,00")
    assert list(TeacherGrade.objects.values_list("student__siecle_id", flat=True)) == [1002]
