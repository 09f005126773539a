"""Background work of the Registre."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from livretpro.lsl_registry import jobs

AGAIN = RetryStrategy(wait=5, retry_exceptions=set(jobs.AWAY))
"""As long as the database or the disk is away: what is done stands, the rest waits for it."""


@app.task(name="lsl_registry.import_file", retry=AGAIN)
def import_file(import_id: int) -> None:
    """Treat a file received."""
    jobs.run_import(import_id)
