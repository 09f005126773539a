"""What the entries of a journal tell of, fetched by kind: one query each, whatever their number."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import OuterRef, Subquery

from livretpro.accounts.models import User
from livretpro.schools.actors import Actor
from livretpro.schools.models import Division, Enrolment, ImportBatch, Staff, Student


@dataclass(frozen=True)
class NamedPupil:
    """The pupil of a livret or of a SIECLE line, by its `key`.

    `enrolment`, `cfd` and `year` (first civil year) lead to the livret, None or empty without one
    that the actor may open.
    """

    key: str
    name: str
    enrolment: int | None
    cfd: str
    year: int


def pupils(actor: Actor, numbers: Iterable[int]) -> Sequence[NamedPupil]:
    """Pupils of the school by SIECLE's identifier, with their livret of the year at work."""
    year = actor.school.current_year or 0
    seen = (
        Enrolment.objects.visible_to(actor)
        .with_livret()
        .filter(student=OuterRef("pk"), school_year__year=year)
        .order_by("-pk")
    )
    found = Student.objects.filter(school=actor.school, siecle_id__in=set(numbers))
    rows = found.annotate(
        enrolment=Subquery(seen.values("pk")[:1]), cfd=Subquery(seen.values("cfd")[:1])
    )
    return [
        NamedPupil(str(row.siecle_id), str(row), row.enrolment, row.cfd or "", year) for row in rows
    ]


@dataclass(frozen=True)
class NamedDivision:
    """A division, the first civil year of its school year, a diploma prepared there, if any."""

    pk: int
    code: str
    year: int
    cfd: str


def divisions(
    actor: Actor, codes: Iterable[str] = (), keys: Iterable[int] = ()
) -> Sequence[NamedDivision]:
    """Divisions of any year by code, or by key."""
    own = Division.objects.visible_to(actor)
    found = own.filter(code__in=set(codes)) | own.filter(pk__in=set(keys))
    diploma = Enrolment.objects.with_bilan().filter(division=OuterRef("pk")).order_by("cfd")
    rows = found.annotate(cfd=Subquery(diploma.values("cfd")[:1]))
    return [
        NamedDivision(pk, code, year, cfd or "")
        for pk, code, year, cfd in rows.values_list("pk", "code", "school_year__year", "cfd")
    ]


def people_of_sts(actor: Actor, identifiers: Iterable[str]) -> Sequence[Staff]:
    """People of the school by identifier of STS."""
    return list(Staff.objects.filter(school=actor.school, sts_id__in=set(identifiers)))


def people(actor: Actor, keys: Iterable[int]) -> Sequence[Staff]:
    """People of the school by key."""
    return list(Staff.objects.filter(school=actor.school, pk__in=set(keys)))


def accounts(actor: Actor, identifiers: Iterable[str]) -> Sequence[User]:
    """Accounts that have, or had, a role in the school."""
    found = User.objects.filter(memberships__school=actor.school, identifier__in=set(identifiers))
    return list(found.distinct())


def imports(actor: Actor, keys: Iterable[int]) -> Sequence[ImportBatch]:
    """Imports of the school, without their report."""
    found = ImportBatch.objects.filter(school=actor.school, pk__in=set(keys))
    return list(found.only("pk", "created_at"))
