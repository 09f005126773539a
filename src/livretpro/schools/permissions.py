"""Who may change the structure of a school."""

from livretpro.schools.actors import Actor
from livretpro.schools.models import School


def can_import(actor: Actor, school: School) -> bool:
    """SIECLE and STS files: administrator, head and DDFPT of that school (spec 01, People)."""
    return actor.school.pk == school.pk and (actor.is_administrator or actor.is_head)


def can_manage_accounts(actor: Actor) -> bool:
    """Administrator, and the operator on the command line (spec 01, People)."""
    return actor.is_administrator or actor.is_operator


def can_read_accounts(actor: Actor) -> bool:
    """Who works here and under which role: administrator, head and DDFPT."""
    return actor.is_administrator or actor.is_head


def can_read_journal(actor: Actor) -> bool:
    """The journal of the school: head, DDFPT and, but for what is pedagogical, administrator."""
    return actor.is_administrator or actor.is_head


def can_declare_groups(actor: Actor) -> bool:
    """Teaching groups of the speciality: head and DDFPT (spec 02, Group figures)."""
    return actor.is_head


def can_name_teachers(actor: Actor) -> bool:
    """Teachers of the speciality added by hand: head and DDFPT (spec 02, Who may write what)."""
    return actor.is_head
