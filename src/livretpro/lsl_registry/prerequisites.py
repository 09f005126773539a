"""The prerequisites of an import, by the words of the seed, with their state."""

from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone

from livretpro.lsl_registry.models import Accreditation
from livretpro.referentiels.queries import NoNomenclature, nomenclature_in_use_or_none
from livretpro.schools.models import Group, School


@dataclass(frozen=True)
class Prerequisite:
    """A condition, whether it holds, and what is known of it."""

    label: str
    met: bool
    told: str


def prerequisites(school: School, divisions: int) -> list[Prerequisite]:
    """The three of the seed and the nomenclature, in a school of so many divisions: three
    queries."""
    today = timezone.localdate()
    active = Accreditation.objects.filter(Q(end=None) | Q(end__gte=today), start__lte=today)
    names = [str(one) for one in active]
    groups = Group.objects.filter(
        school_year__school=school, school_year__year=school.current_year or 0
    ).count()
    nomenclature = nomenclature_in_use_or_none(school.uai)
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
            f"{_counted(divisions, 'division')}, {_counted(groups, 'groupe')}"
            if divisions
            else "aucune division n’est connue ici : importez d’abord les fichiers SIECLE",
        ),
        Prerequisite(
            "Le fichier importé doit être au format xml",
            met=True,
            told="un fichier par division, ou une archive zip de ces fichiers",
        ),
        Prerequisite(
            "La nomenclature des compétences doit être chargée",
            nomenclature is not None,
            nomenclature.name if nomenclature else NoNomenclature.phrase.rstrip("."),
        ),
    ]


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' if number > 1 else ''}" if number else f"aucun {noun}"
