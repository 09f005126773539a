"""Background work on imports."""

from collections.abc import Sequence

from django.db import OperationalError
from django.urls import reverse
from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from livretpro.accounts.actions import standing_code
from livretpro.accounts.mail import mail_code
from livretpro.accounts.models import User
from livretpro.accounts.queries import can_sign_in
from livretpro.schools.importing import jobs
from livretpro.schools.importing.comparison import Choices
from livretpro.schools.importing.forgetting import drop_unanswered, forget_old_reports

SEND_CODE = "schools.send_code"
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
    """Cut the reports of imports ended long ago, give up those that nobody answers: each hour, so
    that a stop loses none."""
    del timestamp
    forget_old_reports(now=timezone.now())
    drop_unanswered(now=timezone.now())


@app.task(name=SEND_CODE, retry=RetryStrategy(max_attempts=5, exponential_wait=4))
def send_code(user_id: int, *, keep_access: bool = False, replaces: str | None = None) -> None:
    """Mail a one-time code, in place of the one whose digest is `replaces` (empty: of none; not
    given by a job of a former version).

    It may run late, and again: nothing is sent once another code was given, or once the person
    found a way in, unless the one who forgot a password still has it (`keep_access`).
    """
    user = User.objects.filter(pk=user_id, is_active=True).exclude(email="").first()
    if user is None or (can_sign_in(user) and not keep_access):
        return
    stands = standing_code(user)
    if replaces in (None, stands):
        mail_code(user, activation=reverse("activation"), now=timezone.now(), replaces=stands)
