"""Creating an establishment."""

from django.db import transaction

from livretpro.journal import actions as journal
from livretpro.schools.actors import command_line
from livretpro.schools.models import School

NAME_MAX = 160  # `School.name`


class AlreadyThere(Exception):
    """An establishment has this UAI already."""

    def __init__(self, school: School) -> None:
        self.phrase = f"L’établissement {school.uai} existe déjà : {school.name}."
        super().__init__(self.phrase)


class BadName(Exception):
    """The name is empty or too long; `phrase` says which."""

    def __init__(self, phrase: str) -> None:
        self.phrase = phrase
        super().__init__(phrase)


@transaction.atomic
def create_school(uai: str, name: str) -> School:
    """Create an establishment (operator, from the command line).

    Raises `AlreadyThere`, or `BadName` for a name that is empty or over `NAME_MAX` characters.
    """
    _check_name(name)
    school, created = School.objects.get_or_create(uai=uai, defaults={"name": name})
    if not created:
        raise AlreadyThere(school)
    change = journal.Change("cree", "etablissement", uai, "nom", "", name)
    journal.record([change], school_uai=uai, by=command_line(school).author)
    return school


def _check_name(name: str) -> None:
    if not name:
        raise BadName("Le nom de l’établissement manque : donnez-le avec --nom.")
    if len(name) > NAME_MAX:
        raise BadName(
            f"Le nom de l’établissement compte {len(name)} caractères : "
            f"la limite est de {NAME_MAX}."
        )
