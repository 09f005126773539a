"""Sessions that end by themselves: 60 minutes idle, 12 hours at most (spec 08, Accounts).

Both limits are conditions of the query that reads the session: nothing in a cookie extends them,
and checking them costs no query.
"""

from datetime import datetime
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db import OperationalError
from django.utils import timezone

from livretpro.accounts.models import Session
from livretpro.accounts.rules import SEEN_EVERY, SESSION_IDLE, SESSION_LONGEST
from livretpro.rows import rows_where

ALIVE = "session_key = %s AND expire_date > %s AND seen_at > %s"


class SessionStore(DatabaseStore):
    """Django's store in the database, whose rows know their person and their two dates.

    `somebody_is_there` is false for what a page asks by itself: the idle limit then runs on.
    """

    _opened: datetime | None = None
    somebody_is_there = True

    @classmethod
    def get_model_class(cls) -> type[Session]:
        """The table of sessions."""
        return Session

    def load(self) -> dict[str, Any]:
        """What the session holds, nothing when it is over. One query.

        One more at most every five minutes, which tells that the session is at work.
        """
        now = timezone.now()
        alive = rows_where(Session, ALIVE, [self.session_key, now, now - SESSION_IDLE])
        if not alive:
            self._session_key = None
            return {}
        (found,) = alive
        self._opened = found.opened_at
        if self.somebody_is_there and found.seen_at < now - SEEN_EVERY:
            Session.objects.filter(pk=found.pk, seen_at=found.seen_at).update(seen_at=now)
        held: dict[str, Any] = self.decode(found.session_data)
        return held

    def create(self) -> None:
        """Begin a session: also at sign-in, where the key changes."""
        self._opened = None
        super().create()

    def save(self, must_create: bool = False) -> None:  # noqa: FBT001, FBT002 (Django's signature)
        """Write the session. Raises `UpdateError` when it is over, `OperationalError` when the
        database is gone: Django's store takes the second for the first, and answers 400."""
        try:
            super().save(must_create)
        except UpdateError as error:
            if isinstance(error.__context__, OperationalError):
                raise error.__context__ from None
            raise

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """The row to write: the date of its end stays that of its beginning plus 12 hours."""
        now = timezone.now()
        self._opened = self._opened or now
        return Session(
            session_key=self._get_or_create_session_key(),  # type: ignore[attr-defined]
            session_data=self.encode(data),
            expire_date=self._opened + SESSION_LONGEST,
            user_id=data.get(SESSION_KEY),
            opened_at=self._opened,
            seen_at=now,
        )
