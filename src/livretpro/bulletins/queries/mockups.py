"""Reads of mock-ups."""

from collections.abc import Sequence

from django.db.models import Count

from livretpro.bulletins.models import Mockup
from livretpro.schools.models import School


def mockups(school: School) -> Sequence[tuple[Mockup, int]]:
    """The mock-ups of a school, by name, and how many divisions and periods use each: one query."""
    found = Mockup.objects.filter(school=school).annotate(uses=Count("assignments"))
    return [(one, vars(one)["uses"]) for one in found.order_by("name")]


def mockup_of(pk: int, school: School) -> Mockup | None:
    """A mock-up of the school: one query."""
    return Mockup.objects.filter(school=school, pk=pk).first()
