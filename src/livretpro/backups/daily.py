"""The daily backup of an instance that looks after its own database (spec 08, Operations)."""

import logging
from datetime import datetime, timedelta

from django.conf import settings

from livretpro.backups.kept import backups_folder, kept_backups, name_of, newest_age, to_drop
from livretpro.backups.making import back_up

EVERY = timedelta(hours=23)

logger = logging.getLogger(__name__)


def back_up_if_due(*, now: datetime) -> bool:
    """Back up an embedded database whose last backup is a day old; says whether it did.

    Asked each hour, and not at a fixed one: many machines are off at night.
    """
    if not settings.EMBEDDED:
        return False
    folder = backups_folder()
    age = newest_age(folder, now=now)
    if age is not None and age < EVERY:
        return False
    back_up(folder / name_of(now), now=now)
    for kept in to_drop(kept_backups(folder)):
        kept.path.unlink(missing_ok=True)
    logger.info("daily backup made")
    return True
