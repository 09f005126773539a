"""Who may write which part of which livret (spec 02, Who may write what)."""

from livretpro.livrets.fields import Part
from livretpro.schools.actors import Actor
from livretpro.schools.models import Enrolment


def can_write(actor: Actor, part: Part, enrolment: Enrolment) -> bool:
    """Whether `actor` may write this part for this pupil."""
    if actor.is_head:
        return True
    speciality = actor.teaches_speciality(enrolment.division_id, enrolment.cfd)
    if part is not Part.PFMP:
        return speciality
    if _follows_pfmp(actor, enrolment):
        return True
    return speciality and actor.school.pfmp_by_speciality_teachers


def _follows_pfmp(actor: Actor, enrolment: Enrolment) -> bool:
    """Professeur principal of the division, or référent of the pupil."""
    pupil = (enrolment.school_year_id, enrolment.student_id)
    return enrolment.division_id in actor.principal_divisions or pupil in actor.referent_of


def can_configure(actor: Actor) -> bool:
    """Periodicity, chef-d'œuvre or projet, export: head and DDFPT."""
    return actor.is_head


def can_publish(actor: Actor, division: int) -> bool:
    """Publishing the bilans of a period of a division, and taking them back: the head, the DDFPT
    and the professeur principal (spec 05, Bilan de période)."""
    return actor.is_head or division in actor.principal_divisions
