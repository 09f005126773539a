"""Telling the teachers of a level: a message of the head, reminders of a closing, a reading."""

from collections.abc import Sequence
from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from procrastinate.contrib.django import app

from livretpro.accounts.models import User
from livretpro.journal import actions as journal
from livretpro.livrets.actions.values import Forbidden
from livretpro.livrets.announcing import debtors, level_pupils
from livretpro.livrets.campaign import reminder_due
from livretpro.livrets.models import (
    ANNOUNCEMENT_MAX,
    Announcement,
    AnnouncementReader,
    Periodicity,
)
from livretpro.livrets.permissions import can_configure
from livretpro.livrets.queries import sheets
from livretpro.referentiels.models import Diploma
from livretpro.referentiels.queries import diplomas
from livretpro.referentiels.rules import Level
from livretpro.schools.actors import Actor
from livretpro.schools.followers import followers
from livretpro.typed import BadValue, limited_text

CLOCK = journal.Author("rappel automatique", "LivretPro")
"""Who reminds: no identifier holds a space."""
MAIL_TASK = "livrets.mail_announcement"
parse = limited_text("Le message", ANNOUNCEMENT_MAX)


class NotYours(Forbidden):
    """Only the head and the DDFPT tell the teachers of a level."""

    phrase = "Seuls le chef d’établissement et le DDFPT préviennent les enseignants."


class NotSent(Exception):
    """A message that is not sent; `phrase` says why."""

    def __init__(self, phrase: str) -> None:
        super().__init__(phrase)
        self.phrase = phrase


@transaction.atomic
def announce(
    row: Periodicity, diploma: Diploma, raw: str, *, last: int, by: Actor, on: date
) -> int:
    """Tell a message to every teacher who may write livrets of the level; says to how many.

    `last` is the newest announcement the person saw, 0 for none: a second click, or a second
    person, sends nothing more. Raises `NotYours` or `NotSent`.
    """
    if not can_configure(by):
        raise NotYours
    text = _text(raw)
    level = Level(row.level)
    Periodicity.objects.select_for_update().get(pk=row.pk)
    _refuse_if_told_since(row, last)
    pupils = level_pupils(row.school_year, row.cfd, level)
    people = [f.user for f in followers(row.school_year, pupils, on=on) if f.user]
    if not people:
        raise NotSent(
            "Aucun enseignant de ce niveau n’a de compte : l’administrateur les invite dans "
            "« Comptes ». Vous pouvez déjà copier le message."
        )
    made = Announcement(
        school_year=row.school_year,
        cfd=row.cfd,
        level=row.level,
        subject=f"Livrets de {level.label}, {diploma}",
        text=text,
        sender_name=by.author.name,
    )
    made.save(force_insert=True)
    _add_readers(made, people)
    _tell(made, "message", people, by.author)
    return len(people)


def _text(raw: str) -> str:
    try:
        text = parse(raw)
    except BadValue as refusal:
        raise NotSent(refusal.phrase) from refusal
    if not text:
        raise NotSent("Le message est vide : écrivez ce que les enseignants doivent savoir.")
    return text


def _refuse_if_told_since(row: Periodicity, last: int) -> None:
    """Reminders do not count: they say something else."""
    newest = (
        Announcement.objects.filter(
            school_year=row.school_year_id, cfd=row.cfd, level=row.level, days_before=None
        )
        .order_by("-pk")
        .first()
    )
    if newest is not None and newest.pk != last:
        raise NotSent(
            f"{newest.sender_name} vient d’envoyer un message à ces enseignants : relisez-le "
            "ci-dessous, puis envoyez le vôtre s’il est encore utile."
        )


def remind_closings(*, on: date) -> int:
    """Make the reminders due at the date `on`, in every school; how many were made now."""
    rows = Periodicity.objects.filter(
        school_year__year=F("school_year__school__current_year"), closes_on__gte=on
    ).select_related("school_year__school")
    due = [(row, reminder_due(row.campaign, on)) for row in rows]
    return sum(remind(row, days, on=on) for row, days in due if days)


def remind(row: Periodicity, days: int, *, on: date) -> bool:
    """Remind who still owes something that entry closes in at most `days` days.

    Says whether it was done now; a second run, even at the same instant, does nothing. The
    reminder, its readers and the job that mails them stand in one transaction: killed, all or
    nothing.
    """
    if row.closes_on is None:
        return False
    year, level = row.school_year, Level(row.level)
    diploma = diplomas([row.cfd], school=[year.school.uai]).get(row.cfd)
    with transaction.atomic():
        made, created = Announcement.objects.get_or_create(
            school_year=year,
            cfd=row.cfd,
            level=row.level,
            closes_on=row.closes_on,
            days_before=days,
            defaults={
                "subject": f"Rappel : livrets de {level.label}, {diploma or row.cfd}",
                "text": _reminder(row, level),
                "sender_name": CLOCK.name,
            },
        )
        if not created:
            return False
        people = _owing(row, level, on=on)
        _add_readers(made, people)
        _tell(made, f"rappel, {days} jours avant la fermeture", people, CLOCK)
    return True


def _reminder(row: Periodicity, level: Level) -> str:
    path = reverse("suivi:entry", args=[row.school_year.school.uai, row.cfd])
    return (
        f"Bonjour,\n\nLa saisie des livrets de {level.label} ferme le {row.closes_on:%d/%m/%Y}. "
        "Des livrets qui vous reviennent sont encore rouges : une donnée obligatoire y manque. "
        f"Vous les trouverez à cette adresse :\n{settings.LIVRETPRO_URL}{path}"
    )


def _owing(row: Periodicity, level: Level, *, on: date) -> list[User]:
    year = row.school_year
    pupils = level_pupils(year, row.cfd, level)
    found = debtors(
        followers(year, pupils, on=on),
        sheets(pupils, year),
        pfmp_by_speciality=year.school.pfmp_by_speciality_teachers,
    )
    return [teacher.user for teacher in found if teacher.user]


def _add_readers(made: Announcement, people: Sequence[User]) -> None:
    """The readers, and the job that mails those whose address is known."""
    readers = [AnnouncementReader(announcement=made, user=person) for person in people]
    AnnouncementReader.objects.bulk_create(readers)
    if settings.EMAIL_HOST and any(reader.user.email for reader in readers):
        app.configure_task(MAIL_TASK).defer(announcement_id=made.pk)


def _tell(made: Announcement, what: str, people: Sequence[User], author: journal.Author) -> None:
    year = made.school_year
    count = len(people)
    words = f"{what} : {count} enseignant{'s' if count > 1 else ''}"
    key = f"{year.year}:{made.cfd}:{made.level}"
    change = journal.Change("previent", "periodicite", key, "annonce", "", words)
    journal.record([change], school_uai=year.school.uai, by=author)


@transaction.atomic
def mark_seen(announcement: int, *, by: Actor, now: datetime) -> bool | None:
    """Keep that this person read an announcement of the school: True the first time.

    None when there is no such announcement for this person.
    """
    lines = AnnouncementReader.objects.filter(
        announcement=announcement, announcement__school_year__school=by.school, user=by.user
    )
    line = lines.select_related("announcement__school_year").first()
    if line is None:
        return None
    if not lines.filter(seen_at=None).update(seen_at=now):
        return False
    made = line.announcement
    key = f"{made.school_year.year}:{made.cfd}:{made.level}"
    change = journal.Change("lit", "periodicite", key, "annonce")
    journal.record([change], school_uai=by.school.uai, by=by.author)
    return True
