"""What an import does to one object, with the line that tells it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol

from livretpro.schools.importing.plan.facts import (
    HeldPupil,
    Identity,
    Person,
    Schooling,
    ServiceKey,
    StaffKey,
    Validity,
)
from livretpro.schools.importing.report import FieldChange, Line, Section


class Kind(StrEnum):
    """The list of a `Section` a line stands in."""

    ADDED = "added"
    CHANGED = "changed"
    MOVED = "moved"
    BACK = "back"
    GONE = "gone"
    SAME = "same"


class Change(Protocol):
    """What all changes have."""

    @property
    def kind(self) -> Kind:
        """What happens to the object."""

    @property
    def line(self) -> Line:
        """What is said of it."""


@dataclass(frozen=True, slots=True)
class PupilChange:
    """One pupil of the file, or one known pupil whom the file no longer holds.

    What is None or empty is left as it stands. `known` is None for a pupil to create; `close` is
    the last day of the newest enrolment, `start` the first day of the enrolment to open for
    `schooling`; `schooling` without `start` is written over the newest enrolment.
    """

    kind: Kind
    line: Line
    known: HeldPupil | None
    identity: Identity | None = None
    close: date | None = None
    start: date | None = None
    schooling: Schooling | None = None
    groups: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class DivisionChange:
    """A division to create (`pk` None) or to update."""

    kind: Kind
    line: Line
    pk: int | None
    label: str
    mefs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GroupChange:
    """A group to create (`pk` None) or to update, with the codes of its divisions."""

    kind: Kind
    line: Line
    pk: int | None
    label: str
    divisions: frozenset[str]


@dataclass(frozen=True, slots=True)
class StaffChange:
    """A person of STS to create (`pk` None), update, or mark as gone at `gone_on`.

    `charges` are those of professeur principal to write, by division; `dropped` the primary keys
    of those to delete, the replaced ones included.
    """

    kind: Kind
    line: Line
    pk: int | None
    key: StaffKey
    person: Person
    gone_on: date | None
    charges: Mapping[str, Validity]
    dropped: frozenset[int]


@dataclass(frozen=True, slots=True)
class ServiceChange:
    """A service to create (`pk` None), to delete (kind gone), or whose teachers change."""

    kind: Kind
    line: Line
    pk: int | None
    key: ServiceKey
    added: frozenset[StaffKey]
    removed: frozenset[int]


def section(changes: Iterable[Change]) -> Section:
    """The lines of `changes`, each in the list of its kind."""
    lines: dict[Kind, list[Line]] = {kind: [] for kind in Kind}
    for change in changes:
        lines[change.kind].append(change.line)
    return Section(
        added=tuple(lines[Kind.ADDED]),
        changed=tuple(lines[Kind.CHANGED]),
        moved=tuple(lines[Kind.MOVED]),
        back=tuple(lines[Kind.BACK]),
        gone=tuple(lines[Kind.GONE]),
        inchanges=len(lines[Kind.SAME]),
    )


def differences(*fields: tuple[str, object, object]) -> tuple[FieldChange, ...]:
    """The fields (name, before, after) whose two values differ, in words."""
    return tuple(
        FieldChange(name, shown(before), shown(after))
        for name, before, after in fields
        if before != after
    )


def shown(value: object) -> str:
    """A value as a French reader expects it: JJ/MM/AAAA, codes parted by commas, else the text."""
    if value is None:
        return ""
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, tuple | frozenset):
        return ", ".join(sorted(map(str, value)))
    return str(value)
