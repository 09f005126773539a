"""Background work on livrets: what the teachers of a level are told."""

from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from livretpro.livrets.actions.announcements import MAIL_TASK, remind_closings
from livretpro.livrets.mail import mail_readers
from livretpro.livrets.models import Announcement

MORNING = 7
"""Nobody is reminded at night: the first run from seven o'clock does it."""


@app.task(name=MAIL_TASK, retry=RetryStrategy(max_attempts=5, exponential_wait=4))
def mail_announcement(announcement_id: int) -> None:
    """Mail an announcement; played twice, nobody gets it twice."""
    found = Announcement.objects.select_related("school_year__school")
    announcement = found.filter(pk=announcement_id).first()
    if announcement is not None:
        mail_readers(announcement)


@app.periodic(cron="17 * * * *")
@app.task(name="livrets.remind", queueing_lock="livrets.remind")
def remind(timestamp: int) -> None:
    """Remind the closings near: each hour of the day, so that a stop in the morning loses none."""
    del timestamp
    now = timezone.localtime()
    if now.hour >= MORNING:
        remind_closings(on=now.date())
