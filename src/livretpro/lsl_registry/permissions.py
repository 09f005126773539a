"""Who may what in the Registre (spec 07, Who and what)."""

from livretpro.accounts.models import User
from livretpro.lsl_registry.models import Assistant
from livretpro.lsl_registry.readers import can_read
from livretpro.schools.actors import Actor


class NotAllowed(Exception):
    """Somebody else's work."""

    phrase = "Seuls le chef d’établissement et le DDFPT envoient des fichiers et lisent les bilans."


class NotAssistant(Exception):
    """The work of the assistance académique."""

    phrase = "Seule l’assistance académique accrédite, autorise, déverrouille et ouvre la campagne."


def can_receive(actor: Actor) -> bool:
    """Importing, keeping records: head, adjoint and DDFPT of the school."""
    return actor.is_head


def is_assistant(user: User) -> bool:
    """Whether this person belongs to the assistance académique: one query."""
    return Assistant.objects.filter(user=user).exists()


def allow(by: Actor) -> None:
    """Raise `NotAllowed` unless this person may import and keep records."""
    if not can_receive(by):
        raise NotAllowed


def allow_reading(by: Actor) -> None:
    """Raise `NotAllowed` unless this person may read bilans and records."""
    if not can_read(by):
        raise NotAllowed
