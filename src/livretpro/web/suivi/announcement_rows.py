"""The rows of the page where teachers are told something, in words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from livretpro.livrets.announcing import Standing, Told
from livretpro.livrets.models import Announcement, AnnouncementReader, Periodicity
from livretpro.livrets.rules import PeriodKind
from livretpro.referentiels.rules import Level
from livretpro.web.suivi.entry.words import moment


def ready_text(row: Periodicity, address: str) -> str:
    """The message that says entry is open, ready to be changed, copied or sent."""
    level, until = Level(row.level).label, row.closes_on
    bound = f" jusqu’au {until:%d/%m/%Y}" if until else ""
    return (
        f"Bonjour,\n\nLa saisie des livrets de {level} est ouverte, "
        f"par {PeriodKind(row.kind).plural}{bound}. "
        f"Vous pouvez les remplir à cette adresse :\n{address}"
    )


@dataclass(frozen=True)
class ReaderRow:
    """A teacher of the level: where they stand with the last message, and with their livrets."""

    name: str
    divisions: str
    begun: bool
    read: str
    mail: str


def reader_rows(
    found: Iterable[Standing], last: Announcement | None, *, now: datetime
) -> list[ReaderRow]:
    """Those who have not begun first, then by name."""
    rows = [
        ReaderRow(
            name=str(standing.teacher.staff),
            divisions=", ".join(standing.divisions),
            begun=standing.begun,
            read=_read(standing, last, now),
            mail=_mail(standing, now),
        )
        for standing in found
    ]
    return sorted(rows, key=lambda row: row.begun)


def _read(standing: Standing, last: Announcement | None, now: datetime) -> str:
    if standing.teacher.user is None:
        return "sans compte"
    if last is None:
        return ""
    if standing.reader is None:
        return "pas destinataire"
    if standing.reader.seen_at is None:
        return "pas encore lu"
    return f"lu {moment(standing.reader.seen_at, now=now)}"


def _mail(standing: Standing, now: datetime) -> str:
    user, reader = standing.teacher.user, standing.reader
    if user is None:
        return ""
    if reader and reader.mail_claimed_at:
        return _left(reader, now)
    if not user.email:
        return "pas d’adresse"
    return "pas encore parti" if reader and settings.EMAIL_HOST else ""


def _left(reader: AnnouncementReader, now: datetime) -> str:
    if reader.mailed_at is None:
        return "départ non confirmé"
    return f"parti {moment(reader.mailed_at, now=now)}"


@dataclass(frozen=True)
class SentRow:
    """A message or a reminder that was sent."""

    announcement: Announcement
    what: str
    when: str
    counts: str


def sent_rows(found: Sequence[Told], *, now: datetime) -> list[SentRow]:
    """What was sent, newest first."""
    return [
        SentRow(
            told.announcement,
            what_words(told.announcement),
            moment(told.announcement.sent_at, now=now),
            counts_words(told),
        )
        for told in found
    ]


def what_words(announcement: Announcement) -> str:
    """Who told it, or which reminder it is."""
    if announcement.days_before is None:
        return f"Message de {announcement.sender_name}"
    return (
        f"Rappel, {announcement.days_before} jours avant "
        f"la fermeture du {announcement.closes_on:%d/%m/%Y}"
    )


def counts_words(told: Told) -> str:
    """For how many, read by how many, mailed to how many."""
    if not told.readers:
        return "personne ne devait rien"
    words = [f"{told.readers} enseignant{'s' if told.readers > 1 else ''}"]
    if told.announcement.days_before is None:
        words.append(f"lu par {told.seen}")
    if told.mailed:
        words.append(f"{told.mailed} courriel{'s partis' if told.mailed > 1 else ' parti'}")
    return ", ".join(words)
