"""Who reads the Registre of a school: its heads, and the assistance académique in every one (spec
07, Who and what)."""

from dataclasses import dataclass

from livretpro.accounts.models import User
from livretpro.journal.actions import Author
from livretpro.schools.actors import Actor
from livretpro.schools.models import School


@dataclass(frozen=True)
class Assisting(Actor):
    """A member of the assistance académique in a school: reads its imports, bilans and records, and
    changes none of them."""


def assisting(user: User, school: School) -> Assisting:
    """What such a person is in a school: no role there."""
    author = Author(id=user.identifier, name=user.full_name)
    return Assisting(school=school, author=author, roles=frozenset(), user=user)


def can_read(actor: Actor) -> bool:
    """Reading imports, bilans and records of the school."""
    return actor.is_head or isinstance(actor, Assisting)
