"""The marks of a service that becomes the generic one of others."""

from itertools import chain, count

from livretpro.bulletins.models import Service, ServiceTeacher
from livretpro.bulletins.telling import change, tell
from livretpro.schools.actors import Actor

LABEL = 80
"""How much of the name of the generic service its sub-service bears."""


def keep_own_marks(generic: Service, *, by: Actor) -> Service | None:
    """Move the pieces of work of a service, and their marks, into a sub-service made for them: from
    now on it averages its sub-services (spec 06), and what counted would count nowhere.

    The caller holds the service, which has no sub-service yet. None when it has no piece of work.
    """
    if not generic.assessments.exists():
        return None
    made = Service.objects.create(
        school_year_id=generic.school_year_id,
        division_id=generic.division_id,
        subject_id=generic.subject_id,
        label=_free_label(generic),
        parent=generic,
        graded=generic.graded,
    )
    teachers = generic.service_teachers.values_list("staff", flat=True)
    ServiceTeacher.objects.bulk_create(
        ServiceTeacher(service=made, staff_id=teacher) for teacher in teachers
    )
    moved = list(generic.assessments.all())
    generic.assessments.update(service=made)
    told = {"before": generic.name, "after": made.name}
    tell(
        by,
        change("cree", "service_bulletin", made.pk, f"sous-service de {generic}", after=made.name),
        *(change("modifie", "devoir", work.pk, f"service de {work}", **told) for work in moved),
    )
    return made


def _free_label(generic: Service) -> str:
    """The name of its subject where no other service here has it, else its own with a word more."""
    here = Service.objects.filter(division=generic.division_id, group=None)
    held = set(here.filter(subject=generic.subject_id).values_list("label", flat=True))
    own = f"{generic.label[:LABEL]}, notes"
    names = chain(("", own), (f"{own} {number}" for number in count(2)))
    return next(label for label in names if label not in held)
