"""Finding pupils, divisions and people by what somebody remembers of them."""

from collections.abc import Sequence
from datetime import date

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import F, Q, QuerySet

from livretpro.accounts.rules import folded
from livretpro.schools.actors import Actor
from livretpro.schools.models import Division, Enrolment, Membership, School, SchoolYear, Staff
from livretpro.schools.permissions import can_read_accounts
from livretpro.schools.rules import Role

MOST = 20
"""How many of each are shown; one more is read, to say that there are more."""


def find_pupils(actor: Actor, typed: str) -> Sequence[Enrolment]:
    """Pupils present whom the actor may see: each word begins a name or a first name.

    Heads also find them by INE or by SIECLE's identifier, whole, and those who left, each by the
    last enrolment there was. In the order of names: one query.
    """
    words = Q()
    for word in folded(typed).split():
        words &= _begins("student__name_key", word) | _begins("student__first_name_key", word)
    if actor.is_head:
        words |= _known_by_number(typed)
    seen = Enrolment.objects.visible_to(actor).filter(words)
    if not actor.is_head:
        seen = seen.present().filter(school_year__year=actor.school.current_year or 0)
    last = seen.order_by(
        "student", "-school_year__year", F("end").desc(nulls_first=True), "-start", "-pk"
    ).distinct("student")
    found = Enrolment.objects.filter(pk__in=last.values("pk"))
    told = found.select_related("student", "division", "school_year").in_name_order()
    return list(told[: MOST + 1])


def _begins(field: str, word: str) -> Q:
    """A word of the name begins so."""
    return Q(**{f"{field}__startswith": word}) | Q(**{f"{field}__contains": f" {word}"})


def _known_by_number(typed: str) -> Q:
    number = typed.strip().upper()
    found = Q(student__ine=number) if len(number) == 11 else Q()
    if number.isascii() and number.isdigit() and len(number) < 18:
        found |= Q(student__siecle_id=int(number))
    return found or Q(pk__in=[])


def find_divisions(
    actor: Actor, year: SchoolYear | None, typed: str
) -> Sequence[tuple[int, str, str]]:
    """Divisions, with each diploma whose livret is prepared there: key, code, CFD, empty where none
    is. One query."""
    if year is None or not actor.follows_pupils:
        return []
    livrets = Q(enrolments__end=None) & ~Q(enrolments__level="")
    own = Division.objects.visible_to(actor).filter(school_year=year, code__icontains=typed.strip())
    cfds = ArrayAgg("enrolments__cfd", filter=livrets, distinct=True, default=[])
    rows = own.order_by("code").annotate(cfds=cfds).values_list("pk", "code", "cfds")[: MOST + 1]
    return [
        (pk, code, cfd)
        for pk, code, prepared in rows
        for cfd in [one for one in prepared if one] or [""]
    ][: MOST + 1]


def find_people(actor: Actor, typed: str, *, on: date) -> Sequence[tuple[str, str]]:
    """People of the staff, and those who hold a role at the date `on` without being of it, for
    heads and administrators: name and function. In the order of names: two queries."""
    if not can_read_accounts(actor):
        return []
    words = folded(typed).split()
    begun = Q()
    for word in words:
        begun &= _begins("name_key", word)
    staff = Staff.objects.filter(begun, school=actor.school, gone_on=None)
    people = {
        (one.name_key, str(one), one.function)
        for one in staff.order_by("name_key", "pk")[: MOST + 1]
    }
    for held in _held_apart(actor.school, on):
        name = f"{held.user.last_name} {held.user.first_name}"
        key = folded(name)
        if all(f" {word}" in f" {key}" for word in words):
            people.add((key, name, Role(held.role).label))
    return [(name, function) for _, name, function in sorted(people)[: MOST + 1]]


def _held_apart(school: School, on: date) -> "QuerySet[Membership]":
    """Roles of people without a line of the staff: heads and administrators, few."""
    staff = Staff.objects.filter(school=school, user__isnull=False, gone_on=None).values("user")
    held = Membership.objects.current(on).filter(school=school).exclude(user__in=staff)
    return held.select_related("user")
