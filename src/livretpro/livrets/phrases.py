"""Ready phrases as people see them: their own and the school's, each for one text of the livret."""

from django.db.models import Q, QuerySet

from livretpro.livrets.models import Phrase
from livretpro.schools.actors import Actor


def phrases_of(actor: Actor) -> QuerySet[Phrase]:
    """Their own and the school's, in the order of the alphabet: one query."""
    own = Q(owner__isnull=True)
    if actor.user is not None:
        own |= Q(owner=actor.user)
    return Phrase.objects.filter(own, school=actor.school).order_by("key", "text", "pk")


def phrase_of(actor: Actor, pk: int) -> Phrase | None:
    """One of them; None for somebody else's, another school's, or none."""
    return phrases_of(actor).filter(pk=pk).first()
