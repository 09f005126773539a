"""Ready phrases as people see them: their own and the school's."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from livretpro.phrases.models import Phrase
from livretpro.phrases.rules import Text
from livretpro.schools.actors import Actor


def phrases_of(actor: Actor, texts: Iterable[Text]) -> QuerySet[Phrase]:
    """Those for these texts, in the order of the alphabet: one query."""
    own = Q(owner__isnull=True)
    if actor.user is not None:
        own |= Q(owner=actor.user)
    kept = Phrase.objects.filter(own, school=actor.school, key__in={text.key for text in texts})
    return kept.order_by("key", "text", "pk")
