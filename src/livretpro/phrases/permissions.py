"""Who keeps phrases. For which texts, each system says."""

from livretpro.phrases.models import Phrase
from livretpro.schools.actors import Actor
from livretpro.schools.rules import Role


def can_use_phrases(actor: Actor) -> bool:
    """Ready phrases, their own and the school's: head, DDFPT, teachers."""
    return actor.is_head or Role.ENSEIGNANT in actor.roles


def can_write_school_phrases(actor: Actor) -> bool:
    """The phrases of the school: head and DDFPT."""
    return actor.is_head


def can_change_phrase(actor: Actor, phrase: Phrase) -> bool:
    """One's own, and for the head and the DDFPT those of the school."""
    if not can_use_phrases(actor) or phrase.school_id != actor.school.pk:
        return False
    if phrase.owner_id is None:
        return can_write_school_phrases(actor)
    return actor.user is not None and phrase.owner_id == actor.user.pk
