"""What a person may open: schools, diplomas."""

from datetime import date

from livretpro.accounts.models import User
from livretpro.accounts.rules import folded
from livretpro.referentiels.models import Diploma
from livretpro.referentiels.queries import diplomas
from livretpro.schools.actors import Actor
from livretpro.schools.models import Enrolment, School


def schools_of(user: User, *, on: date) -> list[School]:
    """The schools where `user` holds a role at the date `on`, by name: one query."""
    return list(School.objects.visible_to(user, on=on).order_by("name", "uai"))


def diplomas_of(actor: Actor) -> list[Diploma]:
    """Diplomas of the pupils with a livret this year whom `actor` follows, by name: two queries.

    A diploma that no référentiel names is an unsaved `Diploma` bearing its code: its pupils stay
    within reach, and their pages say what is missing.
    """
    if actor.school.current_year is None:
        return []
    enrolments = Enrolment.objects.visible_to(actor).present().with_livret()
    own = enrolments.filter(school_year__year=actor.school.current_year)
    cfds = set(own.values_list("cfd", flat=True).distinct())
    known = diplomas(cfds)
    found = [known.get(cfd) or Diploma(cfd=cfd, label=f"Diplôme {cfd}") for cfd in cfds]
    return sorted(found, key=lambda diploma: (folded(str(diploma)), diploma.cfd))
