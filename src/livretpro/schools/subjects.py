"""The subjects that STS teaches in a year, and those that look like the speciality (spec 02)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q

from livretpro.accounts.rules import folded
from livretpro.referentiels.queries import subject_labels
from livretpro.schools.models import School, SchoolYear, Service, Substitution

WORKSHOP_WORDS = ("atelier", "enseignement technologique", "enseignement professionnel", "travaux")
"""Words of the national table's labels for what is taught in a workshop."""


@dataclass(frozen=True)
class TaughtSubject:
    """A subject of STS: how many services, in how many divisions; `proposed` when it looks like a
    workshop and is not of the speciality yet."""

    code: str
    label: str
    services: int
    divisions: int
    chosen: bool
    proposed: bool


def taught_subjects(school: School, year: SchoolYear) -> Sequence[TaughtSubject]:
    """Every subject taught in the year or already chosen, those of the speciality first, then
    those proposed: two queries."""
    rows = (
        Service.objects.filter(school_year=year)
        .values("subject_code")
        .annotate(
            services=Count("pk", distinct=True),
            places=Count("division", distinct=True, filter=Q(division__isnull=False)),
        )
        .values_list("subject_code", "services", "places")
    )
    counts = {code: (services, places) for code, services, places in rows}
    chosen = set(school.speciality_subjects)
    labels = subject_labels(counts.keys() | chosen)
    found = [
        TaughtSubject(
            code=code,
            label=labels.get(code, ""),
            services=counts.get(code, (0, 0))[0],
            divisions=counts.get(code, (0, 0))[1],
            chosen=code in chosen,
            proposed=code not in chosen and _looks_like_workshop(labels.get(code, "")),
        )
        for code in counts.keys() | chosen
    ]
    return sorted(found, key=lambda s: (not s.chosen, not s.proposed, s.code))


def _looks_like_workshop(label: str) -> bool:
    words = folded(label)
    return any(word in words for word in WORKSHOP_WORDS)


def substitutions(school: School, *, on: date) -> Sequence[Substitution]:
    """Those of the school that hold or are still to come, by date: one query."""
    found = Substitution.objects.filter(Q(end__isnull=True) | Q(end__gte=on), absent__school=school)
    return list(found.select_related("absent", "substitute__user").order_by("start", "pk"))


def substitution_of(school: School, pk: int) -> Substitution | None:
    """One of the school: one query."""
    found = Substitution.objects.filter(absent__school=school, pk=pk)
    return found.select_related("absent", "substitute").first()
