"""Ready phrases as people see them: their own and the school's."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from livretpro.accounts.rules import folded
from livretpro.phrases.models import Phrase
from livretpro.phrases.rules import Text
from livretpro.schools.actors import Actor


def phrases_of(actor: Actor, texts: Iterable[Text]) -> list[Phrase]:
    """Those for these texts, in the order of the alphabet: one query."""
    return sorted(_seen(actor, texts), key=lambda one: (folded(one.text), one.pk))


def phrase_of(actor: Actor, texts: Iterable[Text], pk: int) -> Phrase | None:
    """One of them; None for somebody else's, another school's, or none: one query."""
    return _seen(actor, texts).filter(pk=pk).first()


def _seen(actor: Actor, texts: Iterable[Text]) -> QuerySet[Phrase]:
    own = Q(owner__isnull=True)
    if actor.user is not None:
        own |= Q(owner=actor.user)
    keys = {text.key for text in texts}
    return Phrase.objects.filter(own, school=actor.school, key__in=keys)
