"""Background work on exports."""

from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from livretpro.lsl_export import jobs

AGAIN = RetryStrategy(wait=5, retry_exceptions=set(jobs.NO_DATABASE))
"""As long as the database is away: what is done stands, the rest waits for it."""


@app.task(name="lsl_export.make_files", retry=AGAIN)
def make_files(run_id: int) -> None:
    """Make the files of several divisions."""
    jobs.make_run(run_id, on=timezone.localdate())


@app.task(name="lsl_export.follow_deposit", retry=AGAIN)
def follow_deposit(deposit_id: int) -> None:
    """Send a version to the registry, or ask what became of it."""
    from livretpro.lsl_export import depositing

    depositing.follow(deposit_id, on=timezone.localdate())
