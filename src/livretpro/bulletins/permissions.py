"""Who may what in the bulletins."""

from livretpro.schools.actors import Actor


def can_configure(actor: Actor) -> bool:
    """Subjects, services, sectors, frames, periods, mock-ups, the connection to CPRO: head, DDFPT
    and administrator (spec 06, Sector; spec 01, People)."""
    return actor.is_head or actor.is_administrator


def can_import(actor: Actor) -> bool:
    """Importing CPRO data and undoing it writes what pupils read: head and DDFPT."""
    return actor.is_head
