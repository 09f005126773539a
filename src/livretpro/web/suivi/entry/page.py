"""All that the entry page of a livret shows, worked out once: templates only lay it out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property

from django.utils import timezone

from livretpro.journal.models import Entry
from livretpro.journal.queries import latest
from livretpro.livrets.actions.values import (
    NO_REFERENTIEL,
    closed_enrolment,
    closed_periodicity,
    is_open,
    outside_campaign,
)
from livretpro.livrets.fields import Part
from livretpro.livrets.groups import TeachingGroup, groups
from livretpro.livrets.permissions import can_write
from livretpro.livrets.queries import Sheet, sheets
from livretpro.livrets.rules import DEGREE_LABELS, Teacher, project_label
from livretpro.lsl_export.returned_rows import Said
from livretpro.lsl_export.returned_seen import LivretSeen, livret_seen
from livretpro.schools.models import Enrolment, Staff
from livretpro.schools.queries import pupils_of_division, scolarites
from livretpro.schools.writers import speciality_teachers
from livretpro.web.suivi.entry.boxes import Problem
from livretpro.web.suivi.entry.changes import ChangeLine, change_line
from livretpro.web.suivi.entry.fields import EntryFields
from livretpro.web.suivi.entry.history import History
from livretpro.web.suivi.entry.words import (
    average_words,
    clock,
    exact_words,
    item_words,
    moment,
    said_by,
    state_words,
)
from livretpro.web.suivi.place import DiplomaPlace

RECENT = 5


@dataclass(frozen=True)
class MissingLink:
    """A missing item as a link to its field."""

    words: str
    anchor: str


@dataclass(frozen=True)
class LivretPage:
    """A pupil's livret as one person sees it now.

    `mates` are the pupils present of the division at this diploma whom this person sees, the pupil
    among them unless gone; `group` is those whose figures are shown; `entries` the last changes,
    newest first; `history` their other livrets; `problems` what could not be kept, by key;
    `returned` what the last bilan of LSL says.
    """

    place: DiplomaPlace
    sheet: Sheet
    mates: Sequence[Enrolment]
    group: TeachingGroup
    entries: Sequence[Entry]
    staff: Sequence[Staff]
    history: History
    now: datetime
    problems: Mapping[str, Problem] = field(default_factory=dict)
    returned: LivretSeen | None = None

    @property
    def returned_elsewhere(self) -> list[Said]:
        """What LSL says of no field that the page shows."""
        beside = self.fields.told_keys if self.has_blocks else frozenset()
        return (
            [one for one in self.returned.said if one.field not in beside] if self.returned else []
        )

    @property
    def pupil(self) -> Enrolment:
        """The enrolment, with its student and division."""
        return self.sheet.enrolment

    @cached_property
    def rank(self) -> int:
        """Rank in the division, from 1; 0 for a pupil gone."""
        ids = [mate.pk for mate in self.mates]
        return ids.index(self.pupil.pk) + 1 if self.pupil.pk in ids else 0

    @property
    def previous(self) -> Enrolment | None:
        """Who stands before in the division."""
        return self.mates[self.rank - 2] if self.rank > 1 else None

    @property
    def next(self) -> Enrolment | None:
        """Who stands after."""
        return self.mates[self.rank] if 0 < self.rank < len(self.mates) else None

    @cached_property
    def closed(self) -> str:
        """Why nobody may type here, in one sentence; empty when entry is open."""
        if not is_open(self.pupil, self.place.school):
            return self.history.why_closed or closed_enrolment(self.pupil)
        if self.lacks_periodicity:
            return closed_periodicity(self.sheet.content.level)
        return "" if self.sheet.content.expected else NO_REFERENTIEL

    @property
    def outside_campaign(self) -> str:
        """Why this person only reads outside the campaign; empty for the head and when open."""
        return outside_campaign(self.sheet.campaign, self.place.actor)

    @property
    def lacks_periodicity(self) -> bool:
        """Whether trimestres or semestres are still to be chosen."""
        return self.sheet.content.kind is None

    @property
    def has_blocks(self) -> bool:
        """Whether there is a livret to lay out."""
        return not self.lacks_periodicity and bool(self.sheet.content.expected)

    @property
    def open(self) -> bool:
        """Whether this person may type anything."""
        return bool(self.fields.parts)

    @property
    def writes_averages(self) -> bool:
        """Whether this person may type the averages."""
        return Part.SPECIALITY in self.fields.parts

    @property
    def unsure(self) -> bool:
        """Whether the référentiel says itself that it is not complete."""
        return self.sheet.referentiel is not None and not self.sheet.referentiel.complete

    @property
    def state(self) -> str:
        """The words beside the colour."""
        return state_words(self.sheet.status)

    @property
    def missing_mandatory(self) -> list[MissingLink]:
        """What keeps the livret red."""
        return [MissingLink(item_words(m.key), m.anchor) for m in self.sheet.status.mandatory]

    @property
    def missing_optional(self) -> list[MissingLink]:
        """What keeps it orange."""
        return [MissingLink(item_words(m.key), m.anchor) for m in self.sheet.status.optional]

    @property
    def annual(self) -> str:
        """The annual average with two decimals, empty without any."""
        return average_words(self.sheet.annual)

    @property
    def annual_exact(self) -> str:
        """The same, unrounded."""
        return exact_words(self.sheet.annual) if self.sheet.annual is not None else ""

    @property
    def changes(self) -> list[ChangeLine]:
        """The last changes, in words."""
        reader = self.place.actor.author.id
        return [
            change_line(entry, kind=self.sheet.content.kind, reader=reader, now=self.now)
            for entry in self.entries[:RECENT]
        ]

    @property
    def last_saved(self) -> str:
        """When something was last saved here; empty when nothing was."""
        if not self.entries:
            return ""
        told = moment(self.entries[0].at, now=self.now)
        return told.removeprefix("aujourd’hui ")

    @property
    def clock(self) -> str:
        """What time it is."""
        return clock(self.now)

    @property
    def degrees(self) -> dict[int, str]:
        """The four degrees and their words."""
        return DEGREE_LABELS

    @property
    def project_title(self) -> str:
        """Chef-d'œuvre or projet."""
        return project_label(self.place.year.year)

    @property
    def me(self) -> Teacher | None:
        """The reader's own name, when they teach the speciality here."""
        actor = self.place.actor
        if actor.user is None or not actor.teaches_speciality(
            self.pupil.division_id, self.pupil.cfd
        ):
            return None
        return Teacher(actor.user.last_name, actor.user.first_name)

    @cached_property
    def fields(self) -> EntryFields:
        """The fields, as this person may use them."""
        return EntryFields(
            self.sheet,
            self._parts(),
            self.me,
            self.problems,
            self._authors(),
            year=(self.place.year.start, self.place.year.end),
            returned=self.returned.by_field if self.returned else {},
        )

    def _parts(self) -> frozenset[Part]:
        if self.closed or self.outside_campaign:
            return frozenset()
        return frozenset(p for p in Part if can_write(self.place.actor, p, self.pupil))

    def _authors(self) -> dict[str, str]:
        """Who last saved each field, and when."""
        reader = self.place.actor.author.id
        return {
            entry.field: f"{said_by(entry.author_id, entry.author_name, reader=reader)},"
            f" {moment(entry.at, now=self.now)}"
            for entry in reversed(self.entries)
        }


def livret_page(
    place: DiplomaPlace,
    pupil: Enrolment,
    *,
    now: datetime,
    problems: Mapping[str, Problem] | None = None,
    others: bool = True,
) -> LivretPage:
    """The page of a pupil who has a livret, or had one before leaving: ten queries.

    `pupil` comes from `schools.queries.enrolment_in`. One query less while nothing was saved, two
    without the `others`: the pupil's other livrets, what LSL said.
    """
    sheet = sheets([pupil], place.year, known={place.diploma.cfd: place.diploma})[0]
    return LivretPage(
        place=place,
        sheet=sheet,
        mates=[
            mate
            for mate in _mates(place, pupil)
            if mate.pk != pupil.pk or is_open(pupil, place.school)
        ],
        group=groups(place.year, [pupil.cfd], read=[sheet]).of(pupil),
        entries=_entries(place, sheet),
        staff=_staff(place, pupil, on=timezone.localdate(now)),
        history=History(place, pupil, _scolarites(place, pupil) if others else ()),
        now=now,
        problems=problems or {},
        returned=livret_seen(pupil) if others else None,
    )


def _mates(place: DiplomaPlace, pupil: Enrolment) -> Sequence[Enrolment]:
    mates = pupils_of_division(place.actor, pupil.division) if pupil.division else []
    return [mate for mate in mates if mate.cfd == pupil.cfd]


def _scolarites(place: DiplomaPlace, pupil: Enrolment) -> Sequence[Enrolment]:
    return scolarites(place.actor, pupil.student)


def _entries(place: DiplomaPlace, sheet: Sheet) -> Sequence[Entry]:
    if sheet.livret_id is None:
        return []
    return latest(school_uai=place.school.uai, kind="livret", key=str(sheet.livret_id))


def _staff(place: DiplomaPlace, pupil: Enrolment, *, on: date) -> Sequence[Staff]:
    if pupil.division is None:
        return []
    day = place.year.bounded(on)
    return speciality_teachers(place.school, pupil.division, pupil.cfd, on=day)
