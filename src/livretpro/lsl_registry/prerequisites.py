"""The prerequisites of an import, by the words of the seed, with their state."""

from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone

from livretpro.lsl_registry.models import Accreditation


@dataclass(frozen=True)
class Prerequisite:
    """A condition, whether it holds, and what is known of it."""

    label: str
    met: bool
    told: str


def prerequisites(divisions: int) -> list[Prerequisite]:
    """The three of the seed, in a school of so many divisions: one query."""
    today = timezone.localdate()
    active = Accreditation.objects.filter(Q(end=None) | Q(end__gte=today), start__lte=today)
    names = [str(one) for one in active]
    return [
        Prerequisite(
            "L’éditeur doit être accrédité par le ministère",
            bool(names),
            f"accrédités : {', '.join(names)}"
            if names
            else "aucun logiciel n’est accrédité : consultez l’assistance académique",
        ),
        Prerequisite(
            "Les divisions, groupes doivent être intégrés dans le logiciel tiers",
            bool(divisions),
            f"{divisions} divisions connues ici"
            if divisions
            else "aucune division n’est connue ici : importez d’abord les fichiers SIECLE",
        ),
        Prerequisite(
            "Le fichier importé doit être au format xml",
            met=True,
            told="un fichier par division, ou une archive zip de ces fichiers",
        ),
    ]
