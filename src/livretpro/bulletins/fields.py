"""What is typed in a bulletin: its keys, and what a typed text means.

A value has one canonical text (`12,50`, `NN`, a text in NFC with LF, or nothing): it is what the
page shows, what a save says it replaces, and what the journal keeps.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from livretpro.bulletins.words import APPRAISAL_MAX, DEGREES, GENERAL_APPRAISAL_MAX
from livretpro.typed import BadValue, limited_text, mark


class NotGraded:
    """« Non noté »: absent, excused, or not marked by choice."""

    def __repr__(self) -> str:
        return "NN"


NOT_GRADED = NotGraded()
Value = Decimal | int | NotGraded | str | None


class Sort(StrEnum):
    """What sort of value."""

    MARK = "note"
    GRADE = "prof"
    DEGREE = "degre"
    APPRAISAL = "appreciation"
    GENERAL = "generale"


class UnknownField(Exception):
    """No field has this key."""


@dataclass(frozen=True)
class Field:
    """A field of a pupil; `of` is the piece of work of a mark, the line of a frame of a degree."""

    sort: Sort
    of: int = 0

    @property
    def key(self) -> str:
        """As addresses and forms write it: `note:12`, `prof`."""
        return f"{self.sort}:{self.of}" if self.of else str(self.sort)


_KEY = re.compile(r"(note|degre):([1-9][0-9]{0,17})|(prof|appreciation|generale)")


def field(key: str) -> Field:
    """The field of this key; raises `UnknownField`."""
    found = _KEY.fullmatch(key)
    if found is None:
        raise UnknownField(key)
    if found[1]:
        return Field(Sort(found[1]), int(found[2]))
    return Field(Sort(found[3]))


def parsed(target: Field, raw: str, *, appraisal_max: int = APPRAISAL_MAX) -> Value:
    """What a typed text means; raises `BadValue`."""
    if target.sort is Sort.APPRAISAL:
        return limited_text("L’appréciation", appraisal_max)(raw)
    if target.sort is Sort.GENERAL:
        return limited_text("L’appréciation générale", GENERAL_APPRAISAL_MAX)(raw)
    if target.sort is Sort.DEGREE:
        return _degree(raw.strip())
    if raw.strip().casefold() in {"n", "nn", "non noté", "a", "abs", "absent", "absente"}:
        return NOT_GRADED
    return mark(raw)


def _degree(text: str) -> int | None:
    """1 to 4; None when nothing is typed. Raises `BadValue`."""
    if not text:
        return None
    if text not in {str(degree) for degree in DEGREES}:
        raise BadValue(f"« {text} » n’est pas un degré : tapez 1, 2, 3 ou 4, ou rien.")
    return int(text)


def mark_value(kept: Decimal | None) -> Value:
    """What a row of marks or grades says: one without value says « non noté »."""
    return NOT_GRADED if kept is None else kept


def canonical(value: Value) -> str:
    """The canonical text of a value."""
    if value is None:
        return ""
    if value is NOT_GRADED:
        return "NN"
    return f"{value:.2f}".replace(".", ",") if isinstance(value, Decimal) else str(value)
