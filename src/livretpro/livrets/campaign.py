"""The campaign of a level: the days between which teachers write (spec 02, Periodicity)."""

from dataclasses import dataclass
from datetime import date, timedelta

REMINDERS = (2, 7)
"""Days before the closing when who owes something is reminded (spec 02), the nearest first."""
REMINDED_BEFORE = timedelta(days=max(REMINDERS))


@dataclass(frozen=True)
class Campaign:
    """First and last day of entry, both included; None: no bound on that side."""

    opens: date | None = None
    closes: date | None = None

    @property
    def told(self) -> str:
        """Its bounds in words, empty without."""
        bounds = (("du", self.opens), ("au", self.closes))
        return " ".join(f"{word} {day:%d/%m/%Y}" for word, day in bounds if day)

    def closed_on(self, on: date | None) -> str:
        """Why teachers only read at the date `on`, in one sentence; empty when they may write.

        A date that nobody knows is outside any bound that was set.
        """
        if self.opens and (on is None or on < self.opens):
            return f"La saisie ouvre le {self.opens:%d/%m/%Y} : d’ici là, vous consultez ce livret."
        if self.closes and (on is None or on > self.closes):
            return f"La saisie a fermé le {self.closes:%d/%m/%Y} : vous consultez ce livret."
        return ""

    def closes_soon(self, on: date | None) -> bool:
        """Whether entry is open and its last day is at most seven days away."""
        if self.closes is None or on is None or self.closed_on(on):
            return False
        return self.closes - on <= REMINDED_BEFORE

    def refusal(self, start: date, end: date) -> str:
        """Why a school year from `start` to `end` cannot hold it; empty when it can."""
        days = [day for day in (self.opens, self.closes) if day]
        if any(not start <= day <= end for day in days):
            return (
                f"La campagne tient dans l’année scolaire, du {start:%d/%m/%Y} au {end:%d/%m/%Y}."
            )
        if self.opens and self.closes and self.closes < self.opens:
            return "La fermeture ne peut pas précéder l’ouverture."
        return ""


ALWAYS_OPEN = Campaign()


def reminder_due(campaign: Campaign, on: date) -> int | None:
    """Which reminder is due at the date `on`: 7 from seven days before, 2 from two; else None.

    A day when nothing ran is made up for the next one.
    """
    if campaign.closes is None or not campaign.closes_soon(on):
        return None
    left = (campaign.closes - on).days
    return next(days for days in REMINDERS if left <= days)
