"""Who opens the school to partner software."""

from livretpro.schools.actors import Actor


def can_manage_partners(actor: Actor) -> bool:
    """Head, DDFPT and administrator."""
    return actor.is_head or actor.is_administrator
