"""Which bulletins a person reads, and which services they type in."""

from collections.abc import Iterable, Sequence

from django.db.models import Q

from livretpro.bulletins.models import Period, Publication, Service
from livretpro.bulletins.permissions import can_read_bulletins
from livretpro.bulletins.queries.values import pupils_of
from livretpro.schools.actors import Actor
from livretpro.schools.models import Division, Enrolment, SchoolYear


def seen_divisions(actor: Actor, year: SchoolYear) -> Sequence[Division]:
    """The divisions of a year with bulletins that the actor reads, by code: one query.

    All of them for head and DDFPT; for a teacher those followed, those with a service taught, those
    of the pupils they are référent of; none for anybody else.
    """
    if not can_read_bulletins(actor):
        return []
    own = Division.objects.filter(school_year=year, school_year__school=actor.school)
    if not actor.is_head:
        own = own.filter(_seen(actor))
    return list(own.select_related("school_year").order_by("code").distinct())


def seen_division(actor: Actor, year: SchoolYear, pk: int) -> Division | None:
    """One of them: one query."""
    own = Division.objects.filter(school_year=year, school_year__school=actor.school, pk=pk)
    if not actor.is_head:
        own = own.filter(_seen(actor))
    return own.select_related("school_year").distinct().first()


def _seen(actor: Actor) -> Q:
    taught = Service.objects.taught_by(actor).values("pk")
    return (
        Q(pk__in=actor.divisions)
        | Q(bulletin_services__in=taught)
        | Q(groups__bulletin_services__in=taught)
        | actor.own_pupils("enrolments__")
    )


def seen_students(actor: Actor, division: Division) -> frozenset[int] | None:
    """Keys of the pupils of a division whose bulletins the actor reads; None: all of them.

    One query for a teacher who does not follow the division.
    """
    if actor.is_head or division.pk in actor.divisions:
        return None
    if Service.objects.taught_by(actor).of_division(division).exists():
        return None
    return frozenset(
        student for year, student in actor.referent_of if year == division.school_year_id
    )


def typed_services(actor: Actor, year: SchoolYear) -> Sequence[Service]:
    """The active services of a year that the actor types in, by division or group: one query."""
    own = Service.objects.filter(school_year=year, school_year__school=actor.school, active=True)
    if not actor.is_head:
        own = own.filter(pk__in=Service.objects.taught_by(actor).values("pk"))
    return list(
        own.select_related("subject", "division", "group", "parent__subject").order_by(
            "division__code", "group__code", "rank", "subject__label", "pk"
        )
    )


def year_periods(year: SchoolYear) -> list[Period]:
    """The periods of a year, one a number: that of the school, else of the first division that has
    its own: one query."""
    held = Period.objects.filter(school_year=year).order_by("number", "division__code")
    found: dict[int, Period] = {}
    for period in sorted(held, key=lambda one: (one.number, one.division_id is not None)):
        found.setdefault(period.number, period)
    return list(found.values())


def seen_pupils(actor: Actor, division: Division, period: Period) -> list[Enrolment]:
    """The pupils of a division in a period whose bulletins the actor reads, by name: at most two
    queries."""
    seen = seen_students(actor, division)
    pupils = pupils_of(division, period, actor.school)
    return [one for one in pupils if seen is None or one.student_id in seen]


def publications_of(periods: Iterable[Period]) -> dict[tuple[int, int], Publication]:
    """The publication of each (division, period) among these periods: one query."""
    found = Publication.objects.filter(period__in=list(periods))
    return {(one.division_id, one.period_id): one for one in found}
