"""What a person may open: schools."""

from datetime import date

from livretpro.accounts.models import User
from livretpro.schools.models import School


def schools_of(user: User, *, on: date) -> list[School]:
    """The schools where `user` holds a role at the date `on`, by name: one query."""
    return list(School.objects.visible_to(user, on=on).order_by("name", "uai"))
