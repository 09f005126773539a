"""Background work of the bulletins."""

from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from livretpro.bulletins import jobs

AGAIN = RetryStrategy(wait=5, retry_exceptions=set(jobs.NO_DATABASE))
"""As long as the database is away: what is done stands, the rest waits for it."""


@app.task(name="bulletins.import_cpro", retry=AGAIN)
def import_cpro(batch_id: int) -> None:
    """Import the data of CPRO into several divisions."""
    jobs.run_import(batch_id, on=timezone.localdate())
