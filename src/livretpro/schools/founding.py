"""Creating an establishment."""

import getpass

from django.db import transaction

from livretpro.journal import actions as journal
from livretpro.schools.models import School


class AlreadyThere(Exception):
    """An establishment has this UAI already."""

    def __init__(self, school: School) -> None:
        self.phrase = f"L’établissement {school.uai} existe déjà : {school.name}."
        super().__init__(self.phrase)


@transaction.atomic
def create_school(uai: str, name: str) -> School:
    """Create an establishment (operator, from the command line). Raises `AlreadyThere`."""
    school, created = School.objects.get_or_create(uai=uai, defaults={"name": name})
    if not created:
        raise AlreadyThere(school)
    author = journal.Author("ligne de commande", f"ligne de commande ({getpass.getuser()})")
    change = journal.Change("cree", "etablissement", uai, "nom", "", name)
    journal.record([change], school_uai=uai, by=author)
    return school
