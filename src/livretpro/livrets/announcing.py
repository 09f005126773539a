"""Who is concerned by an announcement, what they owe, and what was told already."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, Q

from livretpro.accounts.models import User
from livretpro.livrets.models import Announcement, AnnouncementReader
from livretpro.livrets.queries import Sheet
from livretpro.livrets.status import Missing
from livretpro.referentiels.rules import Level
from livretpro.schools.followers import Follower
from livretpro.schools.models import Enrolment, SchoolYear


def level_pupils(year: SchoolYear, cfd: str, level: Level) -> list[Enrolment]:
    """The pupils present who have a livret of this diploma and level: one query."""
    own = Enrolment.objects.present().with_livret()
    found = own.filter(school_year=year, cfd=cfd, level=level.value)
    return list(found.select_related("student", "division").order_by("division__code", "pk"))


def owes(missing: Iterable[Missing], *, speciality: bool, pfmp: bool) -> bool:
    """Whether who writes the speciality, the PFMP or both could add something mandatory here."""
    return any(
        pfmp if item.key.startswith("pfmp_") else speciality for item in missing if item.mandatory
    )


def debtors(
    found: Iterable[Follower], sheets: Sequence[Sheet], *, pfmp_by_speciality: bool
) -> list[Follower]:
    """Those of the teachers who owe something mandatory in one of these livrets."""

    def owing(teacher: Follower, sheet: Sheet) -> bool:
        speciality = teacher.writes_speciality(sheet.enrolment)
        pfmp = teacher.follows_pfmp(sheet.enrolment) or (speciality and pfmp_by_speciality)
        return owes(sheet.status.missing, speciality=speciality, pfmp=pfmp)

    return [teacher for teacher in found if any(owing(teacher, sheet) for sheet in sheets)]


@dataclass(frozen=True)
class Standing:
    """A teacher of a level as the head sees them.

    `reader` is their line of the last message, None when it was not for them; `begun` says whether
    one of their livrets holds a typed value.
    """

    teacher: Follower
    divisions: tuple[str, ...]
    begun: bool
    reader: AnnouncementReader | None


def standings(
    found: Iterable[Follower],
    sheets: Sequence[Sheet],
    readers: Mapping[int, AnnouncementReader],
) -> list[Standing]:
    """How each of these teachers stands; `sheets` are those of the level, no query."""
    return [
        _standing(
            teacher,
            [sheet for sheet in sheets if teacher.follows(sheet.enrolment)],
            readers.get(teacher.user.pk) if teacher.user else None,
        )
        for teacher in found
    ]


def _standing(
    teacher: Follower, own: Sequence[Sheet], reader: AnnouncementReader | None
) -> Standing:
    codes = {str(sheet.enrolment.division) for sheet in own}
    begun = any(sheet.status.started for sheet in own)
    return Standing(teacher, tuple(sorted(codes)), begun, reader)


@dataclass(frozen=True)
class Told:
    """An announcement that was sent, and how many read it or were sent it."""

    announcement: Announcement
    readers: int
    seen: int
    mailed: int


def told(year: SchoolYear, cfd: str, level: Level | None = None) -> list[Told]:
    """The announcements of a diploma in a year, newest first: one query."""
    found = Announcement.objects.filter(school_year=year, cfd=cfd)
    if level is not None:
        found = found.filter(level=level.value)
    counted = found.annotate(
        for_readers=Count("readers"),
        seen=Count("readers", filter=Q(readers__seen_at__isnull=False)),
        mailed=Count("readers", filter=Q(readers__mailed_at__isnull=False)),
    )
    return [
        Told(row, vars(row)["for_readers"], vars(row)["seen"], vars(row)["mailed"])
        for row in counted.order_by("-pk")
    ]


def readers_of(announcement: Announcement) -> dict[int, AnnouncementReader]:
    """The lines of the readers, by person: one query."""
    return {r.user_id: r for r in AnnouncementReader.objects.filter(announcement=announcement)}


def unread(user: User, year: SchoolYear) -> list[Announcement]:
    """The messages of the head that this person has not read yet, newest first: one query."""
    return list(
        Announcement.objects.filter(
            school_year=year, days_before=None, readers__user=user, readers__seen_at=None
        )
    )
