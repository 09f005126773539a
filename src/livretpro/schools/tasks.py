"""Background work on imports."""

from collections.abc import Sequence

from django.db import OperationalError
from django.urls import reverse
from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from livretpro.accounts.mail import mail_code
from livretpro.accounts.models import User
from livretpro.schools.importing import jobs
from livretpro.schools.importing.comparison import Choices
from livretpro.schools.importing.forgetting import forget_old_reports

AGAIN = RetryStrategy(max_attempts=5, wait=5, retry_exceptions={OperationalError})


@app.task(name="schools.read_import", retry=AGAIN)
def read_import(batch_id: int) -> None:
    """Compute the preview."""
    jobs.read_batch(batch_id, on=timezone.localdate())


@app.task(name="schools.apply_import", retry=AGAIN)
def apply_import(
    batch_id: int,
    *,
    nouvelle_annee: bool,
    confirmer_departs: bool,
    same_person: Sequence[int],
    same_staff: Sequence[str] = (),
) -> None:
    """Apply what the preview showed; a job of a former version has no `same_staff`."""
    choices = Choices(
        nouvelle_annee, confirmer_departs, frozenset(same_person), frozenset(same_staff)
    )
    jobs.apply_batch(batch_id, choices, on=timezone.localdate())


@app.periodic(cron="29 * * * *")
@app.task(name="schools.forget_reports", queueing_lock="schools.forget_reports")
def forget_reports(timestamp: int) -> None:
    """Cut the reports of imports ended long ago: each hour, so that a stop loses none."""
    del timestamp
    forget_old_reports(now=timezone.now())


@app.task(name="schools.send_code", retry=RetryStrategy(max_attempts=5, exponential_wait=4))
def send_code(user_id: int, *, keep_access: bool = False) -> None:
    """Mail a one-time code. Played twice, it sends two: the later one stands."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is not None:
        mail_code(
            user, activation=reverse("activation"), now=timezone.now(), keep_access=keep_access
        )
