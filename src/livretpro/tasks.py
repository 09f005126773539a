"""Background work: procrastinate, with PostgreSQL as its queue (ADR 0002)."""

from typing import Any

import procrastinate
from django.conf import settings
from django.utils import timezone


def on_app_ready(app: procrastinate.App) -> None:
    """Register the housekeeping tasks once Django's applications are ready."""
    app.periodic(cron=f"* * * * * */{settings.WORKER_ROUND_SECONDS}")(
        app.task(name="retry_stalled", queueing_lock="retry_stalled", pass_context=True)(
            retry_stalled
        )
    )
    app.periodic(cron="41 * * * *")(
        app.task(name="backups.daily", queueing_lock="backups.daily")(daily_backup)
    )


def daily_backup(timestamp: int) -> None:
    """Back up the embedded database when its last backup is a day old."""
    del timestamp
    from livretpro.backups.daily import back_up_if_due

    back_up_if_due(now=timezone.now())


async def retry_stalled(context: procrastinate.JobContext, timestamp: int) -> None:
    """Give the jobs of a worker that went silent to another one (tasks are idempotent)."""
    del timestamp
    manager = context.app.job_manager
    stalled: Any = await manager.get_stalled_jobs(
        seconds_since_heartbeat=settings.STALLED_WORKER_SECONDS
    )
    for job in stalled:
        await manager.retry_job(job)
