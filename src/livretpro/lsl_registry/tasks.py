"""Background work of the Registre."""

from datetime import timedelta

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from livretpro.lsl_registry import jobs
from livretpro.lsl_registry.bilans import keep_bilan
from livretpro.lsl_registry.models import Import, ImportState

AGAIN = RetryStrategy(wait=5, retry_exceptions=set(jobs.AWAY))
"""As long as the database or the disk is away: what is done stands, the rest waits for it."""


@app.task(name="lsl_registry.import_file", retry=AGAIN)
def import_file(import_id: int) -> None:
    """Treat a file received, and keep its bilan when it is long to write."""
    jobs.run_import(import_id)
    keep_bilan(import_id)


@app.task(name="lsl_registry.rescue_import", retry=AGAIN)
def rescue_import(import_id: int) -> None:
    """Treat, in its turn, a file that a command left."""
    left = Import.objects.filter(pk=import_id, state=ImportState.RUNNING).first()
    if left is not None:
        import_in_turn(left)


def import_in_turn(received: Import) -> None:
    """Treat a file after those that its school sent before."""
    lock = f"lsl:{received.school_id}"
    import_file.configure(lock=lock).defer(import_id=received.pk)


def rescue_later(received: Import, wait: timedelta) -> None:
    """See after a while whether a file still waits. Without the lock of the school: a job that is
    to come keeps those behind it waiting, even when they could start."""
    seconds = int(wait.total_seconds())
    rescue_import.configure(schedule_in={"seconds": seconds}).defer(import_id=received.pk)
