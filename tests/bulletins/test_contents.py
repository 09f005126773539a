"""The bulletins of a division: lines, values, who follows what, and the cost in queries."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

import bulletin_factories as make
import factories
from livretpro.bulletins.competences import Evaluated
from livretpro.bulletins.models import GeneralAppraisal, Period
from livretpro.bulletins.queries.contents import bulletins_of
from livretpro.bulletins.queries.desk import desk_of
from livretpro.bulletins.queries.periods import period_by_service
from livretpro.bulletins.results import Grade, Result
from livretpro.bulletins.words import Source
from livretpro.schools.models import Division, GroupMember, PrincipalTeacher
from query_counts import queries

pytestmark = pytest.mark.django_db


def read(division: Division, period: Period, **options: object):
    return bulletins_of(
        division, period, make.mockup("Essai", **options), school=factories.school()
    )


def room(pupils: int = 1) -> tuple[Division, Period, list]:
    """A division with its pupils, in the first trimester."""
    division, period = factories.division(), make.period()
    own = [factories.student(1001 + n, last_name=f"NOM{n}") for n in range(pupils)]
    for student in own:
        factories.enrolment(student, into=division)
    return division, period, own


def test_a_line_says_all_that_was_decided() -> None:
    division, period, (pupil,) = room()
    frame = make.frame()
    element = make.item(frame, label="Préparer")
    below = make.item(frame, "C1.1", label="Lire un plan", parent=element)
    service = make.service(into=division, teachers=(factories.staff("ROYER", "Anne"),))
    make.mark(service, pupil, "8.50")
    make.grade(service, pupil, "11.00", source=Source.CPRO)
    make.degree(service, pupil, below, 3)
    make.appraisal(service, pupil, "De réels progrès.")
    GeneralAppraisal.objects.create(
        period=period, student=pupil, text="Continuez.", changed_at=make.NOW
    )

    found = read(division, period, grouping="element")

    (content,) = found.bulletins
    (line,) = content.lines
    assert content.enrolment.student == pupil
    assert line.service == service
    assert line.teachers == ("ROYER Anne",)
    assert line.result == Result(Decimal("8.50"), Grade(Decimal("11.00"), Source.CPRO))
    assert line.group.average == 11
    assert line.competences == (
        Evaluated("Préparer", (), heads=True),
        Evaluated("Lire un plan", (3,), under=True),
    )
    assert line.appraisal == "De réels progrès."
    assert content.general_appraisal == "Continuez."
    assert content.general_average == 11


def test_one_active_service_is_one_line_with_its_subservices_under_it() -> None:
    division, period, (pupil,) = room()
    parent = make.service(into=division, label="ENS. TECHNOL. PROFESS.")
    workshop = make.service(into=division, label="Atelier", parent=parent, coefficient=3)
    drawing = make.service(into=division, label="Dessin", parent=parent)
    over = make.service(make.subject("Français", "020700"), into=division)
    over.active = False
    over.save()
    make.mark(workshop, pupil, "12.00")
    make.mark(drawing, pupil, "8.00")

    (content,) = read(division, period).bulletins

    assert [(str(line.service), line.result.value) for line in content.lines] == [
        ("ENS. TECHNOL. PROFESS.", Decimal(11))
    ]
    assert [str(line.service) for line in content.lines[0].below] == ["Atelier", "Dessin"]


def test_a_group_has_its_own_pupils_of_any_division_and_its_own_average() -> None:
    division, period, (first, second) = room(2)
    group = make.group(division)
    far = factories.student(2001, last_name="AILLEURS")
    factories.enrolment(far, into=factories.division("1AUTRE"))
    gone = factories.student(2002, last_name="PARTI")
    factories.enrolment(gone, into=division, end=make.TRIMESTERS[1][0])
    for student in (first, far, gone):
        GroupMember.objects.create(student=student, group=group)
    service = make.service(group=group)
    for student, value in ((first, "12.00"), (far, "14.00"), (gone, "2.00"), (second, "1.00")):
        make.mark(service, student, value)

    found = read(division, period)

    with_line, without = found.bulletins
    assert with_line.lines[0].group.average == 13
    assert with_line.lines[0].group.count == 2
    assert without.lines == ()
    assert found.headcount == 2


def moved(pupil, day: date, into: Division) -> None:
    """The pupil goes to another division, and leaves the groups of the first."""
    enrolment = pupil.enrolments.get()
    enrolment.end = day
    enrolment.save()
    after = factories.enrolment(pupil, into=into)
    after.start = day
    after.save()
    GroupMember.objects.filter(student=pupil).delete()


def test_a_period_that_is_over_keeps_its_pupils_and_its_figures() -> None:
    """Who moved since is there, where the marks are; who left on the way has a bulletin and counts
    in no figure; who came since is not there."""
    division, period, (stays, moves, leaves) = room(3)
    other, group = factories.division("1AUTRE"), make.group(division)
    comes = factories.student(1009, last_name="VIENT")
    service, workshop = make.service(into=division), make.service(group=group, label="Atelier")
    for pupil, value in ((stays, "10.00"), (moves, "14.00"), (leaves, "1.00")):
        GroupMember.objects.create(student=pupil, group=group)
        for one in (service, workshop):
            make.mark(one, pupil, value)
    leaves.enrolments.update(end=date(2025, 10, 15))
    before = read(division, period)
    moved(moves, date(2026, 1, 12), other)
    factories.enrolment(comes, into=other)
    moved(comes, date(2026, 1, 12), division)

    after = read(division, period)

    def told(found) -> list[tuple[str, list[tuple[Decimal, Decimal, int]]]]:
        return [
            (
                one.enrolment.student.last_name,
                [(of.result.value, of.group.average, of.group.count) for of in one.lines],
            )
            for one in found.bulletins
        ]

    assert told(after) == [
        (name, [(Decimal(value), Decimal(12), 2)] * 2)
        for name, value in (("NOM0", 10), ("NOM1", 14), ("NOM2", 1))
    ]
    assert (told(before), before.headcount, after.headcount) == (told(after), 2, 2)
    names = [one.enrolment.student.last_name for one in read(division, make.period(2)).bulletins]
    assert names == ["NOM0", "VIENT"]
    desk = desk_of(workshop, period, factories.school())
    assert [one.student.last_name for one in desk.pupils] == ["NOM0", "NOM1", "NOM2"]
    assert (desk.figures.average, desk.figures.count) == (12, 2)


def test_a_period_closed_before_its_end_has_the_pupils_of_that_day() -> None:
    division, period, (pupil,) = room()
    period = make.period(3)
    Period.objects.filter(pk=period.pk).update(closed_at=make.NOW.replace(year=2026, month=5))
    moved(pupil, date(2026, 6, 1), factories.division("1AUTRE"))

    period.refresh_from_db()

    assert len(read(division, period).bulletins) == 1


def test_the_groups_of_a_division_with_its_own_periods_are_on_its_bulletin() -> None:
    """One of several divisions writes in the periods of the school, one of the division alone in
    those of the division."""
    division, shared, (pupil,) = room()
    own = make.period(of=division)
    alone, several = make.group(division, "GA"), make.group(division, "GB")
    several.divisions.add(factories.division("1AUTRE"))
    for group in (alone, several):
        GroupMember.objects.create(student=pupil, group=group)
    services = [make.service(group=alone), make.service(group=several)]
    periods = period_by_service(services, division.school_year, 1)
    for service in services:
        make.mark(service, pupil, "12.00", in_period=periods[service.pk])

    (content,) = read(division, own).bulletins

    assert list(periods.values()) == [own, shared]
    assert [line.result.computed for line in content.lines] == [12, 12]


def test_a_teachers_grade_that_is_not_shown_counts_nowhere() -> None:
    division, period, (pupil,) = room()
    service = make.service(into=division)
    make.mark(service, pupil, "9.00")
    make.grade(service, pupil, "14.00", source=Source.CPRO)

    (content,) = read(division, period, shows_teacher_grade=False).bulletins

    (line,) = content.lines
    assert (line.result, line.group.highest) == (Result(Decimal("9.00")), 9)
    assert content.general_average == 9


def test_the_service_of_an_import_is_a_line_where_it_holds_something_alone() -> None:
    division, period, (pupil, _) = room(2)
    make.grade(make.service(into=division, label="CPRO", generated=True), pupil, "12.00")

    with_it, without = read(division, period).bulletins

    assert (len(with_it.lines), len(without.lines)) == (1, 0)


def test_a_service_made_since_is_no_line_of_a_closed_period() -> None:
    division, _, _ = room()
    french, sport = make.subject("Français", "020700"), make.subject("EPS", "020800")
    for subject, created in (
        (make.subject(), None),
        (french, make.NOW - timedelta(days=1)),
        (sport, make.NOW + timedelta(days=1)),
    ):
        make.service(subject, into=division, created=created)
    closed, runs = make.period(2, closed=True), make.period(3)

    lines = [len(read(division, period).bulletins[0].lines) for period in (closed, runs)]

    assert lines == [2, 3]


def test_another_period_is_another_bulletin() -> None:
    division, _, (pupil,) = room()
    make.mark(make.service(into=division), pupil, "12.00")

    (content,) = read(division, make.period(2)).bulletins

    assert content.lines[0].result == Result()
    assert content.general_average is None


def test_the_principal_of_the_end_of_the_period_is_named() -> None:
    division, period, _ = room()
    for name, start, end in (("AVANT", None, period.start), ("ENFIN", period.start, None)):
        PrincipalTeacher.objects.create(
            staff=factories.staff(name, "A."), division=division, start=start, end=end
        )

    assert read(division, period).principals == ("ENFIN A.",)


@pytest.mark.parametrize("pupils", [1, 3])
def test_a_division_costs_the_same_whatever_its_pupils_and_services(pupils: int) -> None:
    division, period, own = room(pupils)
    group = make.group(division)
    frame = make.frame("C1")
    services = [
        make.service(make.subject(f"Matière {n}", ""), into=division) for n in range(pupils)
    ]
    services.append(make.service(group=group))
    for student in own:
        GroupMember.objects.create(student=student, group=group)
        for service in services:
            make.mark(service, student)
            make.degree(service, student, frame.items.get(), 2)

    mockup, school = make.mockup(), factories.school()

    with queries(11):
        bulletins_of(division, period, mockup, school=school)
