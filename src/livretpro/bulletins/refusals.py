"""Why an action did nothing: one sentence in French, that can be shown."""

from livretpro.bulletins.permissions import can_close, can_configure, can_import
from livretpro.schools.actors import Actor


class NotAllowed(Exception):
    """Somebody else's work."""

    phrase = (
        "Seuls le chef d’établissement et le DDFPT, ou l’administrateur, règlent les bulletins."
    )


class ImportNotAllowed(Exception):
    """Somebody else's work."""

    phrase = "Seuls le chef d’établissement et le DDFPT importent les données de CPRO."


class ClosingNotAllowed(Exception):
    """Somebody else's work."""

    phrase = "Seuls le chef d’établissement et le DDFPT clôturent une période ou la rouvrent."


class BadChoice(Exception):
    """What was chosen cannot be; `phrase` says why."""

    def __init__(self, phrase: str) -> None:
        super().__init__(phrase)
        self.phrase = phrase


def allow(by: Actor) -> None:
    """Raise `NotAllowed` unless this person configures the bulletins."""
    if not can_configure(by):
        raise NotAllowed


def allow_import(by: Actor) -> None:
    """Raise `ImportNotAllowed` unless this person imports."""
    if not can_import(by):
        raise ImportNotAllowed


def allow_closing(by: Actor) -> None:
    """Raise `ClosingNotAllowed` unless this person closes periods."""
    if not can_close(by):
        raise ClosingNotAllowed
