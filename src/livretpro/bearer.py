"""Secrets handed to programs: drawn once, known by their digest, their requests counted."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db import connection, models

WINDOW = timedelta(minutes=1)


class TooManyRequests(Exception):
    """A program has asked too much within a minute; `after` is in seconds."""

    def __init__(self, after: int) -> None:
        super().__init__(after)
        self.after = after


def new_secret() -> str:
    """256 bits, in 43 characters of an address."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """What is kept of a secret or a token: SHA-256 suffices for 256 bits drawn at random."""
    return hashlib.sha256(secret.encode()).hexdigest()


class Counted(models.Model):
    """Somebody whose requests are counted, minute after minute."""

    last_used_at = models.DateTimeField("dernier usage", null=True, blank=True)
    window_start = models.DateTimeField("début du compte des demandes", null=True, blank=True)
    window_count = models.PositiveIntegerField("demandes comptées", default=0)

    class Meta:
        abstract = True

    def count_request(self, now: datetime, *, per_minute: int) -> None:
        """Count a request, of any process, in the minute that runs: one statement.

        Raises `TooManyRequests`.
        """
        table = connection.ops.quote_name(self._meta.db_table)
        with connection.cursor() as cursor:
            asked = {"now": now, "before": now - WINDOW, "key": self.pk}
            cursor.execute(_COUNTED.format(table=table), asked)
            start, count = cursor.fetchone()
        if count > per_minute:
            raise TooManyRequests(_seconds_left(start, now))


_COUNTED = """
UPDATE {table}
   SET last_used_at = %(now)s,
       window_count = CASE WHEN window_start > %(before)s THEN window_count + 1 ELSE 1 END,
       window_start = CASE WHEN window_start > %(before)s THEN window_start ELSE %(now)s END
 WHERE id = %(key)s
RETURNING window_start, window_count
"""


def _seconds_left(window_start: datetime, now: datetime) -> int:
    """Whole seconds until the window of counted requests ends, at least one."""
    return max(1, int((window_start + WINDOW - now).total_seconds()) + 1)
