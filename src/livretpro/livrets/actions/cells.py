"""Values of livrets as people type them, one or a whole block: guards, conditional saves, journal,
one transaction."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.db import transaction

from livretpro.journal import actions as journal
from livretpro.livrets import storing
from livretpro.livrets.actions.values import (
    Closed,
    Conflict,
    Forbidden,
    Saved,
    check_campaign,
    check_field,
    closed_enrolment,
    lock_livrets,
    lock_periodicities,
    takes,
    told,
)
from livretpro.livrets.contents import stored_contents
from livretpro.livrets.fields import Field, Value, field
from livretpro.livrets.models import Livret
from livretpro.livrets.permissions import can_write
from livretpro.referentiels.queries import assessed_competences
from livretpro.referentiels.rules import Level
from livretpro.rows import prepared
from livretpro.schools.actors import Actor
from livretpro.schools.models import Enrolment
from livretpro.typed import BadValue

Refusal = BadValue | Closed | Conflict | Forbidden
REFUSALS = (BadValue, Closed, Conflict, Forbidden)


@dataclass(frozen=True)
class Typed:
    """A text typed in the field `key` of a pupil's livret.

    `replaced` is the canonical text the person saw (None: whatever stands, for files).
    """

    enrolment: Enrolment
    key: str
    raw: str
    replaced: str | None = None


@dataclass(frozen=True)
class Outcome:
    """What became of a typed text: the value that now stands, or why it was not kept."""

    typed: Typed
    answer: Saved | Refusal


def record(
    enrolment: Enrolment, key: str, raw: str, *, by: Actor, replaced: str | None = None
) -> Saved:
    """Save the typed text `raw` in the field `key` of a pupil's livret.

    Raises `UnknownField`, `BadValue`, `Forbidden`, `Closed`, or `Conflict` when another value than
    `replaced` stands.
    """
    (outcome,) = record_all([Typed(enrolment, key, raw, replaced)], by=by)
    if isinstance(outcome.answer, Saved):
        return outcome.answer
    raise outcome.answer


def record_all(typed: Sequence[Typed], *, by: Actor) -> list[Outcome]:
    """Save many typed texts of one school year, each on its own: what is refused is not written,
    the rest is. Outcomes come in the order of what was typed.

    At most fifteen queries, whatever their number. Raises `UnknownField`.
    """
    block = _Block(typed, by)
    block.parse()
    with transaction.atomic():
        block.check()
        block.compare()
        if block.cells:
            block.write()
        else:
            transaction.set_rollback(True)  # no livret is made for nothing
    return block.outcomes()


@dataclass(frozen=True)
class _Parsed:
    """A typed text and the value it means."""

    typed: Typed
    field: Field
    value: Value


class _Block:
    """Typed texts on their way: each has an answer in the end, by its place in the block."""

    def __init__(self, typed: Sequence[Typed], by: Actor) -> None:
        self.typed, self.by = typed, by
        self.parsed: dict[int, _Parsed] = {}
        self.answers: dict[int, Saved | Refusal] = {}
        self.cells: list[tuple[storing.Cell, Saved]] = []

    def parse(self) -> None:
        """What can be told without the tables: rights, the meaning of each text."""
        for place, typed in enumerate(self.typed):
            target = field(typed.key)
            try:
                self.parsed[place] = _Parsed(typed, target, self._value(typed, target))
            except REFUSALS as refusal:
                self.answers[place] = refusal

    def _value(self, typed: Typed, target: Field) -> Value:
        if not can_write(self.by, target.part, typed.enrolment):
            raise Forbidden
        value = target.parse(typed.raw)
        if not takes(typed.enrolment, target, self.by.school):
            raise Closed(closed_enrolment(typed.enrolment))
        return value

    def check(self) -> None:
        """Refuse what the periodicity and the campaign do not hold; their rows are ours then."""
        years = {parsed.typed.enrolment.school_year_id for parsed in self.parsed.values()}
        rows = {track: row for year in years for track, row in lock_periodicities(year).items()}
        for place, (typed, target, value) in self._waiting():
            row = rows.get((typed.enrolment.cfd, typed.enrolment.level))
            try:
                check_field(target, value, level=Level(typed.enrolment.level), row=row)
                check_campaign(row, by=self.by)
            except REFUSALS as refusal:
                self.answers[place] = refusal

    def compare(self) -> None:
        """Decide what is written: each value against the one that stands, in the order typed."""
        waiting = list(self._waiting())
        try:
            livrets = lock_livrets([typed.enrolment for _, (typed, _, _) in waiting])
        except Closed as refusal:
            self.answers |= dict.fromkeys((place for place, _ in waiting), refusal)
            return
        stands = _Standing(livrets.values(), (target for _, (_, target, _) in waiting))
        for place, (typed, target, value) in waiting:
            own = typed.enrolment
            livret = livrets[own.student_id, own.cfd, own.level]
            try:
                self.answers[place] = self._saved(stands, livret, typed, target, value)
            except REFUSALS as refusal:
                self.answers[place] = refusal

    def _saved(
        self, stands: "_Standing", livret: Livret, typed: Typed, target: Field, value: Value
    ) -> Saved:
        competence = stands.competence(livret, target)
        before, after = target.show(stands.value(livret, target)), target.show(value)
        saved = Saved(target, before, after)
        if not saved.changed:
            return saved
        if typed.replaced is not None and typed.replaced != before:
            raise Conflict(target, stands=before, wanted=after)
        stands.set(livret, target, value)
        self.cells.append((storing.Cell(livret, target, value, competence), saved))
        return saved

    def write(self) -> None:
        """Store what changes and tell it."""
        last = {(cell.livret.pk, cell.field.key): cell for cell, _ in self.cells}
        storing.write(list(last.values()))
        journal.record(
            [told(cell.livret, saved) for cell, saved in self.cells],
            school_uai=self.by.school.uai,
            by=self.by.author,
        )

    def _waiting(self) -> Iterator[tuple[int, tuple[Typed, Field, Value]]]:
        """Those without an answer yet."""
        for place, parsed in self.parsed.items():
            if place not in self.answers:
                yield place, (parsed.typed, parsed.field, parsed.value)

    def outcomes(self) -> list[Outcome]:
        """The answer to each text."""
        return [Outcome(typed, self.answers[place]) for place, typed in enumerate(self.typed)]


class _Standing:
    """The values that stand in locked livrets, and those the block puts in their place."""

    def __init__(self, livrets: Iterable[Livret], wanted: Iterable[Field]) -> None:
        """Read what the `wanted` fields need: one query for degrees, one for averages and lines of
        teachers, none for columns of the livret."""
        held, fields = list(livrets), list(wanted)
        codes = {target.competence for target in fields if target.competence and not target.number}
        assessed = {target.competence for target in fields if target.competence and target.number}
        plain = {target.key for target in fields if target.number or not target.competence}
        bilans = any(target.of_period for target in fields)
        self._contents = (
            {} if plain <= storing.COLUMNS.keys() else stored_contents(held, bilans=bilans)
        )
        self._degrees = _degrees(held, codes) if codes else {}
        self._assessed = _assessed(held, assessed) if assessed else {}
        self._put: dict[tuple[int, str], Value] = {}

    def competence(self, livret: Livret, target: Field) -> int | None:
        """The key of the competence a field is about, if any; raises `BadValue`."""
        if not target.competence:
            return None
        place = (livret.referentiel_id, target.competence)
        if target.of_period:
            return self._assessed_key(place)
        found = self._degrees.get(place)
        if found is None:
            raise BadValue(
                f"La compétence {target.competence} n’est pas attendue au livret de ce diplôme."
            )
        return found.competence

    def _assessed_key(self, place: tuple[int, str]) -> int:
        if place not in self._assessed:
            raise BadValue(
                f"La compétence {place[1]} ne s’évalue pas au bilan de période de ce diplôme."
            )
        return self._assessed[place]

    def value(self, livret: Livret, target: Field) -> Value:
        """What a field holds."""
        key = (livret.pk, target.key)
        if key in self._put:
            return self._put[key]
        if target.competence and not target.of_period:
            return self._degrees[livret.referentiel_id, target.competence].held.get(livret.pk)
        if target.key in storing.COLUMNS:
            return storing.column_of(livret, target)
        return storing.value_in(self._contents[livret.pk], target)

    def set(self, livret: Livret, target: Field, value: Value) -> None:
        """Take the value for the one that stands."""
        self._put[livret.pk, target.key] = value


@dataclass(frozen=True)
class _Degrees:
    """An expected competence, by its key, and the degree that each livret holds of it."""

    competence: int
    held: dict[int, int]


def _degrees(livrets: Iterable[Livret], codes: set[str]) -> dict[tuple[int, str], _Degrees]:
    """What livrets hold of the competences `codes`, by référentiel and code: one query."""
    own = {livret.pk: livret.referentiel_id for livret in livrets}
    found: dict[tuple[int, str], _Degrees] = {}
    with prepared() as cursor:
        cursor.execute(_HELD, [list(own), list(set(own.values())), list(codes)])
        for referentiel, code, pk, livret, value in cursor.fetchall():
            one = found.setdefault((referentiel, code), _Degrees(pk, {}))
            if livret is not None:
                one.held[livret] = value
    return found


_HELD = """
SELECT competence.referentiel_id, competence.code, competence.id, degree.livret_id, degree.value
  FROM referentiels_competence AS competence
  LEFT JOIN livrets_degree AS degree
    ON degree.competence_id = competence.id AND degree.livret_id = ANY (%s)
 WHERE competence.referentiel_id = ANY (%s) AND competence.code = ANY (%s) AND competence.expected
"""


def _assessed(livrets: Iterable[Livret], codes: set[str]) -> dict[tuple[int, str], int]:
    """The competences and sub-competences `codes` that a bilan de période assesses, by référentiel
    and code: one query."""
    versions = {livret.referentiel_id for livret in livrets}
    return {
        (pk, one.code): one.pk
        for pk, found in assessed_competences(versions).items()
        for one in found
        if one.code in codes
    }
