"""Filling livrets from a sheet: same rules, rights and journal as the screen, all or nothing."""

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from django.db import transaction

import safe_input
from livretpro.journal import actions as journal
from livretpro.livrets import sheet, storing
from livretpro.livrets.actions.values import (
    NO_REFERENTIEL,
    Closed,
    Forbidden,
    Saved,
    bilan_is_open,
    check_campaign,
    check_field,
    closed_enrolment,
    lock_livrets,
    lock_periodicities,
    takes,
    told,
)
from livretpro.livrets.fields import Field, Value, field
from livretpro.livrets.models import Livret, Periodicity
from livretpro.livrets.permissions import can_write
from livretpro.livrets.queries import LivretKey, Track, sheets
from livretpro.livrets.queries import Sheet as PupilSheet
from livretpro.livrets.rules import Expected
from livretpro.livrets.sheet import CLEAR, PUPIL, Sheet, SheetError, SheetRow
from livretpro.referentiels.queries import competence_codes
from livretpro.referentiels.rules import Level
from livretpro.schools.actors import Actor
from livretpro.schools.models import Enrolment, School, SchoolYear
from livretpro.typed import BadValue


@dataclass(frozen=True)
class CellChange:
    """One value of one pupil that the sheet changes, canonical texts before and after."""

    siecle_id: int
    saved: Saved


@dataclass(frozen=True)
class CellConflict:
    """A value that is no longer the one the sheet was filled over: `seen` then, `saved.before`
    now, `saved.after` in the sheet."""

    siecle_id: int
    seen: str
    saved: Saved


@dataclass(frozen=True)
class Filling:
    """What a sheet changes, its errors and conflicts; with one of these nothing is written."""

    changes: tuple[CellChange, ...]
    errors: tuple[SheetError, ...]
    applied: bool = False
    conflicts: tuple[CellConflict, ...] = ()


@dataclass(frozen=True)
class _Target:
    """A cell ready to be compared and written."""

    row: SheetRow
    pupil: PupilSheet
    key: str
    raw: str
    column: str

    @property
    def seen(self) -> str | None:
        """The text the cell was filled over, when it is known."""
        return None if self.row.seen is None else self.row.seen.get(self.column, "")

    @property
    def untouched(self) -> bool:
        """Whether the cell still says, to the letter, what it was filled over."""
        return self.seen is not None and self.raw == self.seen


def fill(year: SchoolYear, text: str, *, by: Actor, apply: bool) -> Filling:
    """Compare the sheet with the livrets of `year`, and write it when `apply` and no error stands.

    Eight queries to compare; eleven more at most to write, whatever the number of pupils.
    """
    read = _read(text, competence_codes(by.school.uai))
    filling = fill_sheet(year, read, by=by, apply=apply)
    return replace(filling, changes=()) if filling.errors else filling


def fill_sheet(year: SchoolYear, read: Sheet, *, by: Actor, apply: bool) -> Filling:
    """The same for a sheet already read: its good changes are told beside the errors."""
    with transaction.atomic():
        latest = _latest_enrolments(read.rows, year, by=by)
        plan = _Plan(lock_periodicities(year.pk), by, list(read.errors))
        livrets = _locked(read.rows, latest, by.school) if apply else {}
        pupils = _pupils(latest, year, by.school)
        plan.add_rows(read.rows, latest, pupils)
        stopped = bool(plan.errors or plan.conflicts)
        if apply and not stopped:
            _write(plan, livrets, by=by)
        elif apply:
            transaction.set_rollback(True)
    return Filling(
        tuple(plan.changes()),
        plan.sorted_errors(),
        applied=apply and not stopped,
        conflicts=tuple(plan.conflicts),
    )


def _read(text: str, competences: frozenset[str]) -> sheet.Sheet:
    """The sheet as read, in a child process when it is large; one that asks for too much is an
    error of its own."""
    try:
        return safe_input.read_bounded(sheet.read_encoded, text.encode(), competences=competences)
    except safe_input.Refused as refusal:
        return sheet.Sheet((), (SheetError(refusal.line or 1, "", refusal.phrase),))


def _locked(
    rows: Sequence[SheetRow], latest: Mapping[int, Enrolment], school: School
) -> dict[LivretKey, Livret]:
    """The livrets the sheet says something of, locked before they are read: nobody writes between
    comparison and change."""
    told_of = (latest.get(row.siecle_id) for row in rows if row.cells)
    with contextlib.suppress(Closed):  # a diploma without référentiel: said cell by cell
        return lock_livrets([e for e in told_of if e and bilan_is_open(e, school)])
    return {}


def _pupils(
    latest: Mapping[int, Enrolment], year: SchoolYear, school: School
) -> dict[int, PupilSheet]:
    open_ones = [enrolment for enrolment in latest.values() if bilan_is_open(enrolment, school)]
    return {s.enrolment.student.siecle_id: s for s in sheets(open_ones, year, bilans=True)}


def _latest_enrolments(
    rows: Sequence[SheetRow], year: SchoolYear, *, by: Actor
) -> dict[int, Enrolment]:
    found = (
        year.enrolments.visible_to(by)
        .filter(student__siecle_id__in={row.siecle_id for row in rows})
        .select_related("student", "division")
        .order_by("start", "pk")
    )
    latest: dict[int, Enrolment] = {}
    for enrolment in found:
        held = latest.get(enrolment.student.siecle_id)
        if held is None or held.end is not None:
            latest[enrolment.student.siecle_id] = enrolment
    return latest


def _no_livret(siecle_id: int, enrolment: Enrolment | None) -> str:
    if enrolment is None:
        return f"L’élève {siecle_id} est inconnu de l’établissement cette année."
    return f"L’élève {siecle_id} n’a pas de livret à remplir. {closed_enrolment(enrolment)}"


def _targets(rows: Sequence[SheetRow], pupils: Mapping[int, PupilSheet]) -> Iterator[_Target]:
    for row in rows:
        pupil = pupils.get(row.siecle_id)
        if pupil is None:
            continue
        own = frozenset(expected.code for expected in pupil.content.expected)
        for column, raw in row.cells.items():
            key = sheet.key_of(column, own) or f"competence:{column}"
            yield _Target(row, pupil, key, "" if raw.strip() == CLEAR else raw, column)


class _Plan:
    """Cells checked one after the other: what they change, or why they cannot be kept."""

    def __init__(
        self, periodicity: Mapping[Track, Periodicity], by: Actor, errors: list[SheetError]
    ) -> None:
        self.periodicity, self.by, self.errors = periodicity, by, errors
        self.cells: list[tuple[_Target, Saved, Value]] = []
        self.conflicts: list[CellConflict] = []

    def add_rows(
        self,
        rows: Sequence[SheetRow],
        latest: Mapping[int, Enrolment],
        pupils: Mapping[int, PupilSheet],
    ) -> None:
        """Check every row: a pupil without an open livret is an error of the sheet."""
        for row in rows:
            if row.siecle_id not in pupils:
                phrase = _no_livret(row.siecle_id, latest.get(row.siecle_id))
                self.errors.append(SheetError(row.line, PUPIL, phrase))
        for target in _targets(rows, pupils):
            if not target.untouched:
                self._add(target)

    def _add(self, target: _Target) -> None:
        try:
            saved, value = self._checked(target)
        except (BadValue, Closed) as refusal:
            self.errors.append(SheetError(target.row.line, target.column, refusal.phrase))
            return
        if not saved.changed or target.seen == saved.after:
            return
        if target.seen is not None and target.seen != saved.before:
            self.conflicts.append(CellConflict(target.row.siecle_id, target.seen, saved))
        else:
            self.cells.append((target, saved, value))

    def _checked(self, target: _Target) -> tuple[Saved, Value]:
        wanted, enrolment = field(target.key), target.pupil.enrolment
        if not can_write(self.by, wanted.part, enrolment):
            raise Closed(Forbidden.phrase)
        if not takes(enrolment, wanted, self.by.school):
            raise Closed(closed_enrolment(enrolment))
        if not target.pupil.content.expected:
            raise Closed(NO_REFERENTIEL)
        _check_competence(target.pupil, wanted)
        value = wanted.parse(target.raw)
        row = self.periodicity.get((enrolment.cfd, enrolment.level))
        check_field(wanted, value, level=Level(enrolment.level), row=row)
        check_campaign(row, by=self.by)
        before = storing.value_in(target.pupil.content, wanted)
        return Saved(wanted, wanted.show(before), wanted.show(value)), value

    def changes(self) -> Iterator[CellChange]:
        """What the sheet changes, pupil by pupil."""
        for target, saved, _ in self.cells:
            yield CellChange(target.row.siecle_id, saved)

    def sorted_errors(self) -> tuple[SheetError, ...]:
        """Every error, in the order of the lines."""
        return tuple(sorted(self.errors, key=lambda error: error.line))


def _check_competence(pupil: PupilSheet, target: Field) -> None:
    code = target.competence
    if not code or code in {one.code for one in _competences(pupil, target)}:
        return
    if target.of_period:
        raise BadValue(f"La compétence {code} ne s’évalue pas au bilan de période de cet élève.")
    raise BadValue(f"La compétence {code} n’est pas attendue au livret de cet élève.")


def _competences(pupil: PupilSheet, target: Field) -> tuple[Expected, ...]:
    return pupil.content.assessed if target.of_period else pupil.content.expected


def _write(plan: _Plan, livrets: Mapping[LivretKey, Livret], *, by: Actor) -> None:
    cells = [_cell(livrets, target, saved, value) for target, saved, value in plan.cells]
    storing.write(cells)
    journal.record(
        [told(cell.livret, saved) for cell, (_, saved, _) in zip(cells, plan.cells, strict=True)],
        school_uai=by.school.uai,
        by=by.author,
    )


def _cell(
    livrets: Mapping[LivretKey, Livret],
    target: _Target,
    saved: Saved,
    value: Value,
) -> storing.Cell:
    enrolment = target.pupil.enrolment
    ids = {one.code: one.id for one in _competences(target.pupil, saved.field)}
    livret = livrets[enrolment.student_id, enrolment.cfd, enrolment.level]
    return storing.Cell(livret, saved.field, value, ids.get(saved.field.competence))
