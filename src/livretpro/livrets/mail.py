"""Mails of an announcement: one for each reader whose address is known, never two."""

from smtplib import SMTPRecipientsRefused, SMTPResponseException

from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models.functions import Now

from livretpro.livrets.models import Announcement, AnnouncementReader

REFUSED = (SMTPRecipientsRefused, SMTPResponseException)
"""The server said no: the mail did not leave, and another run may try again."""
FOOT = "\n\n—\n{sender}, {school}\nCe message est aussi sur vos pages de LivretPro.\n"


def mail_readers(announcement: Announcement) -> int:
    """Mail the readers not written to yet; says to how many.

    The server is reached before any line is claimed, and each line is claimed before its mail: a
    run that is killed or doubled never writes twice to anybody. What the server refuses is given
    back. Raises `OSError` when the server cannot be reached or refused somebody, once all the
    others are written to.
    """
    waiting = AnnouncementReader.objects.filter(
        announcement=announcement, mail_claimed_at=None, user__is_active=True
    ).exclude(user__email="")
    readers = list(waiting.select_related("user").order_by("pk"))
    if not readers:
        return 0
    with get_connection() as server:
        refusals = [refusal for r in readers if (refusal := _mail(announcement, r, server))]
    if refusals:
        raise refusals[0]
    return len(readers)


def _mail(
    announcement: Announcement, reader: AnnouncementReader, server: BaseEmailBackend
) -> OSError | None:
    """Write to one reader, unless another run did; the refusal of the server, if any."""
    line = AnnouncementReader.objects.filter(pk=reader.pk)
    if not line.filter(mail_claimed_at=None).update(mail_claimed_at=Now()):
        return None
    try:
        _message(announcement, reader.user.email, server).send()
    except REFUSED as refusal:
        line.update(mail_claimed_at=None)
        return refusal
    line.update(mailed_at=Now())
    return None


def _message(announcement: Announcement, to: str, server: BaseEmailBackend) -> EmailMessage:
    school = announcement.school_year.school.name
    foot = FOOT.format(sender=announcement.sender_name, school=school)
    return EmailMessage(announcement.subject, announcement.text + foot, to=[to], connection=server)
