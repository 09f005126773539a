"""The rules that the database itself holds, and who sees which service."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from django.db import IntegrityError, transaction

import bulletin_factories as made
import factories
from livretpro.bulletins.keyring import hidden, revealed
from livretpro.bulletins.models import (
    Appraisal,
    Degree,
    FrameItem,
    ImportLine,
    Period,
    Sector,
    Service,
    Subject,
    TeacherGrade,
)
from livretpro.bulletins.words import Source
from livretpro.schools.models import Group, Substitution
from livretpro.schools.rules import Role

pytestmark = pytest.mark.django_db


def _value(**more: object) -> dict[str, object]:
    return {
        "service": Service.objects.first() or made.service(),
        "period": made.period(),
        "student": factories.student(),
        "changed_at": made.NOW,
    } | more


BROKEN: dict[str, Callable[[], object]] = {
    "a mark over 20": lambda: TeacherGrade.objects.create(**_value(value="20.01")),
    "a degree of 5": lambda: Degree.objects.create(
        **_value(value=5, item=made.item(made.frame(), "C1"))
    ),
    "an empty appraisal": lambda: Appraisal.objects.create(**_value(text="")),
    "a value of CPRO without its import": lambda: TeacherGrade.objects.create(
        **_value(value=12, source=Source.CPRO)
    ),
    "a typed value with an import": lambda: TeacherGrade.objects.create(
        **_value(value=12, source=Source.TYPED, batch=made.batch())
    ),
    "two grades of a pupil in a service": lambda: [
        TeacherGrade.objects.create(**_value(value=12)) for _ in range(2)
    ],
    "a service in a division and in a group": lambda: Service.objects.create(
        school_year=factories.school_year(),
        division=factories.division(),
        group=Group.objects.create(school_year=factories.school_year(), code="G1"),
        subject=made.subject(),
    ),
    "a service nowhere": lambda: Service.objects.create(
        school_year=factories.school_year(), subject=made.subject()
    ),
    "two generated services in a division": lambda: [
        made.service(label=name, generated=True) for name in ("A", "B")
    ],
    "a generated sub-service": lambda: made.service(
        parent=made.service(), label="A", generated=True
    ),
    "one code twice in a frame": lambda: made.frame("C1", "C1"),
    "a SIECLE code of five digits": lambda: Subject.objects.create(
        school=factories.school(), label="Atelier", code="07110"
    ),
    "a fourth trimester": lambda: Period.objects.create(
        school_year=factories.school_year(),
        kind="T",
        number=4,
        start=date(2026, 7, 4),
        end=date(2026, 7, 5),
    ),
    "a period twice": lambda: [
        Period.objects.create(
            school_year=factories.school_year(),
            kind="T",
            number=1,
            start=date(2025, 9, 1),
            end=date(2025, 12, 1),
        )
        for _ in range(2)
    ],
    "a grouping that is none": lambda: made.sector(grouping="autre"),
    "a blocked division without a reason": lambda: ImportLine.objects.create(
        batch=made.batch(), division=factories.division(), state="bloquee"
    ),
}


@pytest.mark.parametrize("breach", BROKEN.values(), ids=BROKEN.keys())
def test_the_database_refuses(breach: Callable[[], object]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        breach()


def test_lines_of_a_frame_without_code_stand_together() -> None:
    frame = made.frame()

    made.item(frame)
    made.item(frame)

    assert FrameItem.objects.filter(frame=frame, cpro_code="").count() == 2


def test_a_sector_of_one_school_leaves_the_other_free() -> None:
    made.sector()
    made.sector(of=factories.school(factories.OTHER_UAI))

    assert Sector.objects.count() == 2


def test_a_secret_is_hidden_and_revealed() -> None:
    kept = hidden("très secret")

    assert (revealed(kept), "secret" in kept) == ("très secret", False)


def test_a_teacher_sees_the_services_taught_and_those_of_the_divisions_followed() -> None:
    person = factories.user()
    teacher = factories.staff(person=person)
    followed, other = factories.division("1MELEC"), factories.division("2GT")
    own = made.service(made.subject("Maths", "061300"), into=other, teachers=(teacher,))
    near = made.service(into=followed)
    made.service(made.subject("Anglais", "030200"), into=other)
    actor = replace(
        factories.actor(Role.ENSEIGNANT),
        user=person,
        speciality_divisions=frozenset({followed.pk}),
    )

    seen = set(Service.objects.visible_to(actor))

    assert seen == {own, near}


def test_a_substitute_sees_the_services_of_the_absent_on_those_days_alone() -> None:
    person = factories.user()
    absent, substitute = factories.staff("ABSENT"), factories.staff("RELAIS", person=person)
    own = made.service(teachers=(absent,))
    Substitution.objects.create(
        absent=absent, substitute=substitute, start=date(2025, 10, 1), end=date(2025, 10, 31)
    )
    teacher = replace(factories.actor(Role.ENSEIGNANT), user=person)

    during = Service.objects.visible_to(replace(teacher, on=date(2025, 10, 15)))
    after = Service.objects.visible_to(replace(teacher, on=date(2025, 11, 1)))

    assert (list(during), list(after)) == ([own], [])


def test_head_and_administrator_see_every_service_of_their_school_alone() -> None:
    here = made.service()
    elsewhere = factories.school(factories.OTHER_UAI)
    made.service(
        made.subject(of=elsewhere),
        into=factories.division(year=factories.school_year(elsewhere)),
    )

    seen = [
        list(Service.objects.visible_to(factories.actor(role)))
        for role in (Role.CHEF, Role.ADMINISTRATEUR)
    ]

    assert seen == [[here], [here]]
