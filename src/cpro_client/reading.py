"""JSON to values, every type checked: what the API does not say is refused, never repaired."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import TypeGuard, TypeVar, cast

from cpro_client.model import (
    Decision,
    Diploma,
    Division,
    Level,
    Period,
    PeriodKind,
    PupilBilan,
    School,
    Teacher,
)

T = TypeVar("T")
NUMBER = re.compile(r"-?\d{1,9}(\.\d{1,9})?")
BIGGEST = 10**9
LONGEST = 4000
"""Characters of a text: more than any limit that a school may set."""
MOST = 10_000
"""Lines of a list, of whatever number of pages."""
MOST_PAGES = 200


class Unexpected(Exception):
    """The place of a value that is not what the API says, without the value."""


class Node:
    """A JSON object and where it stands in the answer."""

    def __init__(self, value: object, where: str) -> None:
        if not isinstance(value, dict):
            raise Unexpected(where)
        self._fields, self._where = cast("dict[str, object]", value), where

    def text(self, key: str) -> str:
        """A text, possibly empty."""
        value = self._fields.get(key)
        if not _is_text(value):
            raise self.unexpected(key)
        return value

    def flag(self, key: str) -> bool:
        """true or false."""
        value = self._fields.get(key)
        if not isinstance(value, bool):
            raise self.unexpected(key)
        return value

    def integer(self, key: str, lowest: int, highest: int) -> int:
        """An integer in a range; true is not 1."""
        value = self._fields.get(key)
        if type(value) is not int or not lowest <= value <= highest:
            raise self.unexpected(key)
        return value

    def choice(self, key: str, allowed: tuple[str, ...]) -> str:
        """One of a few words."""
        value = self.text(key)
        if value not in allowed:
            raise self.unexpected(key)
        return value

    def says(self, key: str) -> bool:
        """Whether there is such a key: a server of a former version does not know it."""
        return key in self._fields

    def maybe(self, key: str, read: Callable[[str], T]) -> T | None:
        """null, or what `read` finds under the key; a key that is absent is refused."""
        if key not in self._fields:
            raise self.unexpected(key)
        return None if self._fields[key] is None else read(key)

    def inside(self, key: str, read: Callable[["Node"], T]) -> T | None:
        """The object under a key, None where there is none."""
        value = self._fields.get(key)
        return None if value is None else read(Node(value, f"{self._where}.{key}"))

    def day(self, key: str) -> date:
        """A date, ISO 8601."""
        return self._parsed(key, date.fromisoformat)

    def instant(self, key: str) -> datetime:
        """A date, an hour and its time zone."""
        found = self._parsed(key, datetime.fromisoformat)
        if found.tzinfo is None:
            raise self.unexpected(key)
        return found

    def number(self, key: str) -> Decimal:
        """A text such as 12.50, whatever its scale."""
        text = self.text(key)
        if not NUMBER.fullmatch(text):
            raise self.unexpected(key)
        return Decimal(text)

    def each(self, key: str, read: Callable[["Node"], T]) -> tuple[T, ...]:
        """The objects of a list, read one by one."""
        return tuple(
            read(Node(value, f"{self._where}.{key}[{rank}]"))
            for rank, value in enumerate(self._list(key))
        )

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts."""
        values = self._list(key)
        texts = tuple(value for value in values if _is_text(value))
        if len(texts) != len(values):
            raise self.unexpected(key)
        return texts

    def unexpected(self, key: str) -> Unexpected:
        """What is wrong, to be raised."""
        return Unexpected(f"{self._where}.{key}")

    def _list(self, key: str) -> list[object]:
        values = self._fields.get(key)
        if not isinstance(values, list) or len(values) > MOST:
            raise self.unexpected(key)
        return values

    def _parsed(self, key: str, parse: Callable[[str], T]) -> T:
        try:
            return parse(self.text(key))
        except ValueError as error:
            raise self.unexpected(key) from error


def _is_text(value: object) -> TypeGuard[str]:
    """A text that any database keeps: no NUL, no half of a character."""
    return (
        isinstance(value, str)
        and len(value) <= LONGEST
        and not any(char == "\0" or "\ud800" <= char <= "\udfff" for char in value)
    )


def school(node: Node) -> School:
    """The answer of `etablissement`."""
    return School(uai=node.text("uai"), name=node.text("nom"), year=node.text("annee"))


def division(node: Node) -> Division:
    """A line of `divisions`."""
    return Division(
        code=node.text("code"),
        label=node.text("libelle"),
        diplomas=node.each("diplomes", _diploma),
        periods=node.each("periodes", _period),
    )


def pupil(node: Node) -> PupilBilan:
    """A line of the bilans of a period."""
    average, not_graded = node.maybe("moyenne", node.number), node.flag("non_note")
    if average is not None and not_graded:
        raise node.unexpected("non_note")
    return PupilBilan(
        student_id=node.text("eleve_id"),
        ine=node.maybe("ine", node.text),
        last_name=node.text("nom"),
        first_name=node.text("prenom"),
        cfd=node.text("cfd"),
        average=average,
        not_graded=not_graded,
        appraisal=node.text("appreciation"),
        teachers=node.each("enseignants", _teacher),
        degrees=_degrees(node),
        changed_at=node.maybe("modifie_le", node.instant),
        average_decided=node.inside("moyenne_decidee", _decision),
        appraisal_decided=node.inside("appreciation_decidee", _decision),
        degrees_decided=_degrees_decided(node),
    )


def _diploma(node: Node) -> Diploma:
    return Diploma(
        cfd=node.text("cfd"),
        mefs=node.texts("mefs"),
        level=cast("Level", node.choice("niveau", ("premiere", "terminale"))),
        periodicity=node.maybe(
            "periodicite", lambda key: cast("PeriodKind", node.choice(key, ("T", "S")))
        ),
        codes=node.texts("competences") if node.says("competences") else None,
    )


def _period(node: Node) -> Period:
    return Period(
        number=node.integer("numero", 1, 3),
        start=node.maybe("debut", node.day),
        end=node.maybe("fin", node.day),
        published_at=node.maybe("publiee_le", node.instant),
    )


def _teacher(node: Node) -> Teacher:
    return Teacher(last_name=node.text("nom"), first_name=node.text("prenom"))


def _decision(node: Node) -> Decision:
    return Decision(at=node.instant("le"), by=node.text("par"))


def _degrees_decided(node: Node) -> Mapping[str, Decision]:
    pairs = node.each("degres", lambda line: (line.text("code"), line.inside("decide", _decision)))
    return MappingProxyType({code: decision for code, decision in pairs if decision})


def _degrees(node: Node) -> Mapping[str, int]:
    """By code, whatever the scale; the same code twice would make one of the two disappear."""
    pairs = node.each(
        "degres", lambda line: (line.text("code"), line.integer("degre", -BIGGEST, BIGGEST))
    )
    found = dict(pairs)
    if len(found) != len(pairs):
        raise node.unexpected("degres")
    return MappingProxyType(found)
