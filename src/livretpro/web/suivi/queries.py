"""What a person may open in a school: diplomas; and what the journal names there."""

from collections.abc import Collection, Iterable, Sequence

from django.db.models import Exists, OuterRef, Q, Subquery

from livretpro.accounts.rules import folded
from livretpro.livrets.models import Livret, Periodicity
from livretpro.lsl_export.models import ExportVersion
from livretpro.referentiels.models import Diploma
from livretpro.referentiels.queries import diplomas
from livretpro.schools.actors import Actor
from livretpro.schools.models import Enrolment, School
from livretpro.web.base.trail.queries import NamedPupil


def diplomas_of(actor: Actor, year: int | None = None) -> list[Diploma]:
    """Diplomas of the pupils with a livret or bilans whom `actor` follows, by name: two queries.

    Those of the pupils present, this year, and those left by somebody once a livret was opened; in
    a former `year`, of all who had a livret then, for the head alone (ADR 13).

    A diploma that no référentiel names is an unsaved `Diploma` bearing its code: its pupils stay
    within reach, and their pages say what is missing.
    """
    at_work = actor.school.current_year
    wanted = at_work if year is None else year
    if wanted is None or (wanted != at_work and not actor.is_head):
        return []
    own = Enrolment.objects.visible_to(actor).with_bilan().filter(school_year__year=wanted)
    own = own.filter(Q(end=None) | _opened()) if wanted == at_work else own
    return named_diplomas(set(own.values_list("cfd", flat=True).distinct()), actor.school)


def named_diplomas(cfds: Collection[str], school: School) -> list[Diploma]:
    """The diplomas of these codes, by name, unsaved ones for those that no référentiel names: one
    query, two when the school made a référentiel."""
    known = diplomas(cfds, school=[school.uai])
    found = [known.get(cfd) or Diploma(cfd=cfd, label=f"Diplôme {cfd}") for cfd in cfds]
    return sorted(found, key=lambda diploma: (folded(str(diploma)), diploma.cfd))


def _opened() -> Exists:
    """Whether a livret was opened for an enrolment: what was written stays within reach."""
    return Exists(
        Livret.objects.filter(
            student=OuterRef("student"),
            school_year=OuterRef("school_year"),
            cfd=OuterRef("cfd"),
            level=OuterRef("level"),
        )
    )


def found_livrets(actor: Actor, keys: Iterable[int]) -> Sequence[tuple[NamedPupil, str]]:
    """Livrets with the pupil's last enrolment there, and their periodicity or an empty word."""
    same = {name: OuterRef(name) for name in ("school_year", "cfd", "level")}
    kind = Periodicity.objects.filter(**same).values("kind")
    last = Enrolment.objects.filter(student=OuterRef("student"), **same).order_by("-pk")
    found = Livret.objects.visible_to(actor).filter(pk__in=set(keys))
    rows = found.annotate(kind=Subquery(kind), enrolment=Subquery(last.values("pk")[:1]))
    names = ("student__last_name", "student__first_name")
    told = rows.values_list("pk", *names, "enrolment", "cfd", "school_year__year", "kind")
    return [
        (NamedPupil(str(pk), f"{last_name} {first_name}", enrolment, cfd, year), kind or "")
        for pk, last_name, first_name, enrolment, cfd, year, kind in told
    ]


def found_exports(actor: Actor, keys: Iterable[int]) -> Sequence[ExportVersion]:
    """Versions of files, with their division and year, without their content."""
    found = ExportVersion.objects.visible_to(actor).filter(pk__in=set(keys))
    return list(found.select_related("division", "school_year").defer("content", "signature"))
