"""Finding pupils, divisions and people by what somebody remembers of them."""

from collections.abc import Sequence

from django.db.models import Q

from livretpro.accounts.rules import folded
from livretpro.schools.actors import Actor
from livretpro.schools.models import Division, Enrolment, SchoolYear, Staff
from livretpro.schools.permissions import can_read_accounts

MOST = 20
"""How many of each are shown; one more is read, to say that there are more."""


def find_pupils(actor: Actor, year: SchoolYear | None, typed: str) -> Sequence[Enrolment]:
    """Pupils present this year whom the actor may see: each word begins a name or a first name.

    Heads also find them by INE or by SIECLE's identifier, whole. By name: one query.
    """
    if year is None:
        return []
    words = Q()
    for word in folded(typed).split():
        words &= _begins("student__name_key", word) | _begins("student__first_name_key", word)
    if actor.is_head:
        words |= _known_by_number(typed)
    seen = Enrolment.objects.visible_to(actor).present().filter(words, school_year=year)
    return list(seen.select_related("student", "division").in_name_order()[: MOST + 1])


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
    """Divisions that hold livrets, with each diploma prepared there: key, code, CFD. One query."""
    if year is None:
        return []
    own = Division.objects.visible_to(actor).filter(
        school_year=year, code__icontains=typed.strip(), enrolments__end__isnull=True
    )
    pairs = own.exclude(enrolments__level="").exclude(enrolments__cfd="")
    rows = pairs.order_by("code", "enrolments__cfd").values_list("pk", "code", "enrolments__cfd")
    return list(rows.distinct()[: MOST + 1]) if actor.follows_pupils else []


def find_people(actor: Actor, typed: str) -> Sequence[Staff]:
    """People of the staff, for heads and administrators: one query."""
    if not can_read_accounts(actor):
        return []
    words = Q()
    for word in folded(typed).split():
        words &= _begins("name_key", word)
    found = Staff.objects.filter(words, school=actor.school, gone_on=None)
    return list(found.order_by("name_key", "pk")[: MOST + 1])
