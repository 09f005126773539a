"""A field of the entry page: what it shows, what its save will replace, what is wrong with it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from livretpro.livrets.fields import APPRECIATION_MAX, PFMP_MAX
from livretpro.livrets.status import Missing
from livretpro.livrets.wording import value_words
from livretpro.lsl_export.returned_rows import Said

LIMITS = {
    "appreciation": APPRECIATION_MAX,
    "pfmp_synthese": PFMP_MAX,
    "projet_appreciation": APPRECIATION_MAX,
}
NEAR = 0.9


@dataclass(frozen=True)
class Problem:
    """Why a typed text was not kept.

    `status` is the answer's (403, 409, 422); `seen` what the person was replacing; `stands` is the
    value somebody else saved meanwhile (a conflict), None for any other refusal.
    """

    status: int
    phrase: str
    typed: str
    seen: str
    stands: str | None = None

    @property
    def is_conflict(self) -> bool:
        """Whether two values stand face to face."""
        return self.stands is not None


@dataclass(frozen=True)
class Box:
    """A field. `seen` is its canonical text; `open` tells whether this person may write it;
    `returned` what the last bilan of LSL says of it."""

    key: str
    label: str
    seen: str
    open: bool
    problem: Problem | None = None
    author: str = ""
    focused: bool = False
    returned: Sequence[Said] = ()

    @property
    def slug(self) -> str:
        """The key as part of an id."""
        return self.key.replace(":", "-")

    @property
    def has_history(self) -> bool:
        """Whether something was saved here, as far as the page knows."""
        return bool(self.seen or self.author)

    @property
    def text(self) -> str:
        """What the field shows: the text refused, else the value that stands."""
        return self.problem.typed if self.problem else self.seen

    @property
    def limit(self) -> int:
        """How many code points a long text may have; 0 for the other fields."""
        return LIMITS.get(self.key, 0)

    @property
    def counter(self) -> str:
        """`230 / 300`, or `312 / 300, 12 de trop`."""
        over = len(self.text) - self.limit
        counted = f"{_figure(len(self.text))} / {_figure(self.limit)}"
        return f"{counted}, {over} de trop" if over > 0 else counted

    @property
    def counter_state(self) -> str:
        """`over`, `near` (last tenth) or nothing."""
        if len(self.text) > self.limit:
            return "over"
        return "near" if len(self.text) > NEAR * self.limit else ""

    @property
    def typed_words(self) -> str:
        """In a conflict, the value of the person."""
        return value_words(self.key, self.text)

    @property
    def stands_words(self) -> str:
        """In a conflict, the value of somebody else."""
        return value_words(self.key, self.stands)

    @property
    def stands(self) -> str:
        """In a conflict, the canonical text that stands."""
        return (self.problem.stands if self.problem else None) or ""

    @property
    def keep_values(self) -> str:
        """What the button "Garder la mienne" sends, as JSON."""
        return self._values(self.text)

    @property
    def take_values(self) -> str:
        """What the button "Prendre l’autre" sends, as JSON: the standing value, confirmed."""
        return self._values(self.stands)

    def _values(self, value: str) -> str:
        return json.dumps({"champ": self.key, "valeur": value, "remplace": self.stands})


def _figure(number: int) -> str:
    """Thousands parted by a narrow space, as French writes them."""
    return f"{number:,}".replace(",", "\u202f")


@dataclass(frozen=True)
class Mark:
    """Where a missing item is marked; `colour` is empty while nothing is missing there."""

    slug: str
    colour: str = ""


def mark_of(key: str, missing: Missing | None) -> Mark:
    """The mark of an item: red when mandatory and missing, orange when optional and missing."""
    colour = ("rouge" if missing.mandatory else "orange") if missing else ""
    return Mark(key.replace(":", "-"), colour)
