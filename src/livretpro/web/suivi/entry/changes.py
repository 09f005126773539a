"""The journal of a livret in words."""

from dataclasses import dataclass, replace
from datetime import datetime

from livretpro.journal.models import Entry
from livretpro.journal.queries import latest
from livretpro.livrets.actions.values import outside_campaign, takes
from livretpro.livrets.fields import Field, UnknownField, field
from livretpro.livrets.permissions import can_write
from livretpro.livrets.queries import Sheet, livret_id, periodicities, sheets
from livretpro.livrets.rules import PeriodKind
from livretpro.livrets.storing import value_in
from livretpro.livrets.wording import field_label, short_words, value_words
from livretpro.schools.actors import Actor
from livretpro.schools.models import Enrolment
from livretpro.web.suivi.entry.words import field_words, moment
from livretpro.web.suivi.place import DiplomaPlace

SHORT = 24
HISTORY_LINES = 30


@dataclass(frozen=True)
class ChangeLine:
    """A change: its field in full and in short, its canonical texts before and after, who, when."""

    key: str
    field: str
    short: str
    old: str
    new: str
    who: str
    when: str
    entry: int = 0
    erased: bool = False
    restorable: bool = False
    stands: str = ""

    @property
    def before(self) -> str:
        """The value before, in words."""
        return value_words(self.key, self.old)

    @property
    def after(self) -> str:
        """The value after, in words."""
        return value_words(self.key, self.new)

    @property
    def in_brief(self) -> str:
        """`C5 : 2 → 3`, `C5 : 3`; only that it changed for a long text."""
        if max(len(self.old), len(self.new)) > SHORT:
            return f"{self.short} : {'modifié' if self.old else 'saisi'}"
        came = f"{short_words(self.old)} → " if self.old else ""
        return f"{self.short} : {came}{short_words(self.new)}"


def change_line(entry: Entry, *, kind: PeriodKind | None, reader: str, now: datetime) -> ChangeLine:
    """A line of the journal; the reader (an author's id) is told "vous". No query."""
    kept = getattr(entry, "values_kept", None)
    return ChangeLine(
        key=entry.field,
        field=field_label(entry.field, kind),
        short=field_words(entry.field, kind),
        old=kept.before if kept else "",
        new=kept.after if kept else "",
        who="vous" if entry.author_id == reader else entry.author_name,
        when=moment(entry.at, now=now),
        entry=entry.pk,
        erased=bool(kept and kept.erased_by),
    )


@dataclass(frozen=True)
class HistoryPage:
    """A page of the history; `older` is the entry after which the next page starts, if any."""

    lines: tuple[ChangeLine, ...]
    older: int | None
    only: str = ""
    """The field the page is about, in words; empty for all."""


def history_page(
    place: DiplomaPlace, pupil: Enrolment, *, now: datetime, before: int | None, key: str = ""
) -> HistoryPage:
    """The changes older than `before`, newest first, of one field or of all: eight queries, one
    while nothing was saved."""
    livret = livret_id(pupil)
    if livret is None:
        return HistoryPage((), None)
    found = latest(
        school_uai=place.school.uai,
        kind="livret",
        key=str(livret),
        field=key,
        limit=HISTORY_LINES + 1,
        before=before,
    )
    kind = _kind(place, pupil)
    reader = place.actor.author.id
    shown = found[:HISTORY_LINES]
    (sheet,) = sheets([pupil], place.year)
    lines = tuple(
        _restorable(change_line(entry, kind=kind, reader=reader, now=now), sheet, by=place.actor)
        for entry in shown
    )
    older = shown[-1].pk if len(found) > HISTORY_LINES else None
    return HistoryPage(lines, older, field_label(key, kind) if key else "")


def _restorable(line: ChangeLine, sheet: Sheet, *, by: Actor) -> ChangeLine:
    """Whether the value before can be put back by this person, and what stands now."""
    try:
        target = field(line.key)
    except UnknownField:
        return line
    stands = target.show(value_in(sheet.content, target))
    if target.competence and target.competence not in _expected(sheet, target):
        return replace(line, stands=stands)
    may = (
        can_write(by, target.part, sheet.enrolment)
        and takes(sheet.enrolment, target, by.school)
        and not outside_campaign(sheet.campaign, by)
    )
    return replace(line, stands=stands, restorable=may and not line.erased and line.old != stands)


def _expected(sheet: Sheet, target: Field) -> set[str]:
    """The competences that the version the livret stands at has for such a degree."""
    expected = sheet.content.expected
    if target.of_period:
        return {part.code for one in expected for part in one.assessed}
    return {one.code for one in expected}


def _kind(place: DiplomaPlace, pupil: Enrolment) -> PeriodKind | None:
    row = periodicities(place.year, [pupil.cfd]).get((pupil.cfd, pupil.level))
    return PeriodKind(row.kind) if row else None
