"""Who may what in the bulletins."""

from livretpro.bulletins.models import Service
from livretpro.schools.actors import Actor
from livretpro.schools.models import Division
from livretpro.schools.rules import Role


def can_configure(actor: Actor) -> bool:
    """Subjects, services, sectors, frames, periods, mock-ups, the connection to CPRO: head, DDFPT
    and administrator (spec 06, Sector; spec 01, People)."""
    return actor.is_head or actor.is_administrator


def can_import(actor: Actor) -> bool:
    """Importing CPRO data and undoing it writes the bulletins: head and DDFPT."""
    return actor.is_head


def can_read_bulletins(actor: Actor) -> bool:
    """What is pedagogical: head, DDFPT, teachers; which ones, `queries.seen` says."""
    return actor.is_head or Role.ENSEIGNANT in actor.roles


def can_write_in(actor: Actor, service: Service) -> bool:
    """Marks, teacher's grades and appraisals of a service: its teachers, whoever stands in for
    them, head and DDFPT. One query for a teacher."""
    return actor.is_head or Service.objects.taught_by(actor).filter(pk=service.pk).exists()


def can_write_general(actor: Actor, division: Division) -> bool:
    """The general appraisal: the division's professeur principal, head and DDFPT."""
    return actor.is_head or division.pk in actor.principal_divisions


def can_close(actor: Actor) -> bool:
    """Closing a period and opening it again, the day bulletins may be given out: head and DDFPT."""
    return actor.is_head
