"""A form that fills values of many pupils: what it sends, what it shows again.

A field is named `v:<pupil>:<key>`. `vus`, one JSON object, holds the text that each replaces: one
more field, not one more for each.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.http import QueryDict

from livretpro.bulletins.actions.typing import LABELS, Answer, Typed
from livretpro.bulletins.fields import UnknownField, field

SEEN = "vus"
Place = tuple[int, str]
"""A pupil and the key of a field."""


class Unreadable(Exception):
    """What was sent is not a form of ours."""


@dataclass(frozen=True)
class Cell:
    """A field of a pupil: its text, or the refused one with its reason and the value that stands.

    `of_cpro`: the value comes from an import.
    """

    student: int
    key: str
    stands: str
    answer: Answer | None = None
    of_cpro: bool = False

    @property
    def name(self) -> str:
        """As the form writes it."""
        return name_of((self.student, self.key))

    @property
    def of(self) -> int:
        """The piece of work of a mark, the line of a frame of a degree; else 0."""
        return field(self.key).of

    @property
    def anchor(self) -> str:
        """An identifier for the page."""
        return self.name.replace(":", "-")

    @property
    def text(self) -> str:
        """What the field shows: what was typed and refused, else the value that stands."""
        return self.answer.typed.text if self.refused and self.answer else self.stands

    @property
    def refused(self) -> str:
        """Why what was typed is not kept; empty when it is."""
        return self.answer.phrase if self.answer else ""

    @property
    def conflict(self) -> bool:
        """Whether another value was saved meanwhile: both are shown."""
        return self.answer is not None and self.answer.stands is not None


def name_of(place: Place) -> str:
    """`v:12:prof`."""
    return f"v:{place[0]}:{place[1]}"


_NAME = re.compile(r"v:([1-9][0-9]{0,17}):(.+)")


def place_of(name: str) -> Place:
    """The pupil and the field that a name of the form says. Raises `Unreadable`."""
    found = _NAME.fullmatch(name)
    if found is None:
        raise Unreadable
    try:
        return int(found[1]), field(found[2]).key
    except UnknownField as error:
        raise Unreadable from error


def read_typed(form: QueryDict) -> list[Typed]:
    """What was typed in the fields that the page showed, those untouched left out. Raises
    `Unreadable`.

    The page decides what is read, not what stands now: what was typed in a column or for a pupil
    gone meanwhile must have its answer too.
    """
    typed = []
    for name, seen in read_seen(form.get(SEEN, "")).items():
        place = place_of(name)
        raw = str(form.get(name, seen)).replace("\r\n", "\n")
        if raw != seen:
            typed.append(Typed(*place, raw, seen))
    return typed


def read_seen(text: str) -> Mapping[str, str]:
    """What `vus` says. Raises `Unreadable`."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Unreadable from error
    if not isinstance(found, dict) or not all(isinstance(one, str) for one in found.values()):
        raise Unreadable
    return found


def seen_by(cells: Iterable[Cell]) -> str:
    """The value of `vus` for these cells: the values that now stand, conflicts among them."""
    return json.dumps({cell.name: cell.stands for cell in cells}, ensure_ascii=False)


def refused_by_place(answers: Sequence[Answer]) -> dict[Place, Answer]:
    """The answers that say no."""
    return {(one.typed.student, one.typed.key): one for one in answers if one.phrase}


@dataclass(frozen=True)
class Stray:
    """What was typed where the page has no field any more: whose, what, the text, why not kept."""

    pupil: str
    what: str
    text: str
    phrase: str


def without_field(refused: Mapping[Place, Answer], cells: Iterable[Cell]) -> list[Answer]:
    """The refusals that no cell of the page can show."""
    shown = {(cell.student, cell.key) for cell in cells}
    return [answer for place, answer in refused.items() if place not in shown]


def stray(answer: Answer, names: Mapping[int, str], labels: Mapping[str, str]) -> Stray:
    """A refusal in words; `labels` name the fields that have one of their own, by key."""
    typed = answer.typed
    what = labels.get(typed.key, LABELS[field(typed.key).sort])
    return Stray(
        names.get(typed.student, "Élève d’un autre service"),
        what[0].upper() + what[1:],
        typed.text,
        answer.phrase,
    )


def refusal_status(answers: Sequence[Answer]) -> int:
    """409 when two values stand face to face, 422 when what was typed cannot be kept."""
    return 409 if any(one.stands is not None for one in answers) else 422


def said(answers: Sequence[Answer]) -> str:
    """How many were kept."""
    count = sum(one.changed for one in answers)
    if not count:
        return "Rien n’a changé."
    return "1 valeur enregistrée." if count == 1 else f"{count} valeurs enregistrées."
