"""What the operator loads for all the schools of the instance, told to the journal of each."""

from collections.abc import Iterable

from livretpro.journal import actions as journal
from livretpro.journal.actions import Author
from livretpro.schools.models import School


def tell_schools(changes: Iterable[str], *, by: Author) -> None:
    """Tell each school these changes of the reference data, one entry a line; two queries a school,
    none without change. Call it last, in the transaction of the load."""
    lines = list(changes)
    for uai in School.objects.order_by("uai").values_list("uai", flat=True) if lines else ():
        told = (
            journal.Change("charge", "etablissement", uai, "données de référence", "", line)
            for line in lines
        )
        journal.record([*told], school_uai=uai, by=by)
