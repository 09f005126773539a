"""Background work on the trail."""

from procrastinate.contrib.django import app

from livretpro.journal.anchoring import anchor_chains


@app.periodic(cron="23 * * * *")
@app.task(name="journal.anchor", queueing_lock="journal.anchor")
def anchor(timestamp: int) -> None:
    """Anchor the chains that moved: each hour, more often than the day that is asked."""
    del timestamp
    anchor_chains()
