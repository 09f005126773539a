"""The rows of the export screens, worked out before the template: it runs no query."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils import timezone

from livretpro.livrets.announcing import Told
from livretpro.livrets.campaign import Campaign
from livretpro.livrets.periods import periods_of, told_days
from livretpro.livrets.queries import LevelSettings, Sheet
from livretpro.livrets.rules import PeriodKind, project_label
from livretpro.livrets.status import Colour
from livretpro.lsl_export.board import Board, DivisionExport
from livretpro.lsl_export.models import ExportRun, RunState
from livretpro.lsl_export.panel import Panel
from livretpro.schools.models import SchoolYear
from livretpro.web.base.bars import Bar
from livretpro.web.suivi.announcement_rows import counts_words, what_words
from livretpro.web.suivi.entry.words import moment, period_words
from livretpro.web.suivi.forms.export import PERIOD_FIELDS
from livretpro.web.suivi.wording import ago, lacks


@dataclass(frozen=True)
class DateBox:
    """A date to type; `wrong` when it is refused, `first` when it is the first refused one."""

    name: str
    text: str
    wrong: bool
    first: bool


@dataclass(frozen=True)
class PeriodRow:
    """A period and its two dates."""

    words: str
    boxes: tuple[DateBox, ...]


@dataclass(frozen=True)
class LevelRow:
    """A level and its periodicity; `told` says what the teachers were last told.

    `error` is the sentence of a refused choice, `wrong` the fields refused for themselves.
    """

    settings: LevelSettings
    pupils: int
    year: SchoolYear
    told: str = ""
    error: str = ""
    typed: Mapping[str, str] = field(default_factory=dict)
    wrong: Collection[str] = ()

    @property
    def project(self) -> str:
        """Chef-d'œuvre or projet."""
        return project_label(self.year.year)

    @property
    def opens(self) -> str:
        """The first day of the campaign as its field shows it: as typed when it was refused."""
        return self.typed.get("ouverture", self._day(self.campaign.opens))

    @property
    def closes(self) -> str:
        """The last one."""
        return self.typed.get("fermeture", self._day(self.campaign.closes))

    @property
    def wrong_dates(self) -> bool:
        """Whether the refusal is about the campaign."""
        return bool(self.error) and "fermeture" in self.typed

    @property
    def wrong_periods(self) -> bool:
        """Whether it is about the dates of the periods."""
        return bool(self.error) and PERIOD_FIELDS[0][0] in self.typed

    @property
    def wrong_choice(self) -> bool:
        """Whether it is about the periodicity itself."""
        return bool(self.error) and not self.wrong_dates and not self.wrong_periods

    @property
    def periods(self) -> Sequence[PeriodRow]:
        """The dates of the periods in their fields: as typed when they were refused."""
        row, kind = self.settings.row, self.settings.kind
        if row is None or kind is None:
            return []
        held = periods_of(kind, row.period_days, self.year.start, self.year.end)
        return [
            PeriodRow(
                words=period_words(period.number, kind),
                boxes=tuple(
                    self._box(name, day)
                    for name, day in zip(names, (period.start, period.end), strict=True)
                ),
            )
            for period, names in zip(held, PERIOD_FIELDS, strict=False)
        ]

    def _box(self, name: str, day: date) -> DateBox:
        wrong = self._wrong_boxes
        text = self.typed.get(name, self._day(day))
        return DateBox(name, text, name in wrong, first=name == next(iter(wrong), None))

    @property
    def _wrong_boxes(self) -> list[str]:
        """The dates refused for themselves, else all of those sent."""
        if not self.wrong_periods:
            return []
        sent = [name for pair in PERIOD_FIELDS for name in pair if name in self.typed]
        return [name for name in sent if name in self.wrong] or sent

    @property
    def own_periods(self) -> bool:
        """Whether the head set the dates of the periods."""
        return bool(self.settings.row and self.settings.row.period_days)

    @property
    def told_periods(self) -> str:
        """The dates that the head set, in words."""
        return told_days(self.settings.row.period_days) if self.settings.row else ""

    @property
    def campaign(self) -> Campaign:
        """The days between which teachers write."""
        return self.settings.row.campaign if self.settings.row else Campaign()

    @staticmethod
    def _day(day: date | None) -> str:
        return f"{day:%d/%m/%Y}" if day else ""

    @property
    def key(self) -> str:
        """What the forms send."""
        return self.settings.level.value

    @property
    def choices(self) -> Sequence[tuple[str, str, bool]]:
        """The two radios: value, word, whether it is the one that holds."""
        held = self.settings.kind
        return [(kind.value, kind.plural.capitalize(), kind is held) for kind in PeriodKind]

    @property
    def state(self) -> str:
        """What this means for the entry, in one sentence."""
        if self.settings.kind:
            return f"La saisie est ouverte, par {self.settings.kind.plural}."
        if not self.pupils:
            return (
                "À choisir. Aucun livret à ce niveau ; des apprentis y attendraient leurs bilans."
            )
        if self.pupils == 1:
            return "À choisir. D’ici là, la saisie du seul livret est fermée."
        return f"À choisir. D’ici là, la saisie des {self.pupils} livrets est fermée."

    @property
    def frozen(self) -> str:
        """Who keeps the periodicity from changing; empty while it can."""
        count = self.settings.frozen_by
        if not count:
            return ""
        return "un élève" if count == 1 else f"{count} élèves"

    @property
    def have(self) -> str:
        """The verb that follows."""
        return "a" if self.settings.frozen_by == 1 else "ont"


def level_rows(
    found: Sequence[LevelSettings],
    shown: Board,
    *,
    year: SchoolYear,
    told: Sequence[Told],
    errors: dict[str, str],
    typed: Mapping[str, str],
    wrong: Collection[str] = (),
    now: datetime,
) -> list[LevelRow]:
    """The two levels of a diploma; `errors` by level, with what was `typed` and is `wrong`.

    `told` are the announcements of the diploma, newest first.
    """
    last = {line.announcement.level: line for line in reversed(told)}
    return [
        LevelRow(
            settings,
            pupils=shown.count(settings.level),
            year=year,
            told=_told(last.get(settings.level.value), now),
            error=errors.get(settings.level.value, ""),
            typed=typed if settings.level.value in errors else {},
            wrong=wrong,
        )
        for settings in found
    ]


def _told(line: Told | None, now: datetime) -> str:
    """`Message de Claire Ferrand, hier à 16 h 12 : 5 enseignants, lu par 2`."""
    if line is None:
        return ""
    sent = moment(line.announcement.sent_at, now=now)
    return f"{what_words(line.announcement)}, {sent} : {counts_words(line)}."


@dataclass(frozen=True)
class DivisionRow:
    """A division in the table of exports."""

    found: DivisionExport
    on: date

    @property
    def counts(self) -> Sequence[tuple[str, int]]:
        """How many livrets of each colour."""
        return [(colour.value, self.found.prepared.count(colour)) for colour in Colour]

    @property
    def bar(self) -> Bar:
        """The same as a picture."""
        rouge, orange, vert = (n for _, n in self.counts)
        return Bar(self.found.prepared.division.code, rouge, orange, vert)

    @property
    def without(self) -> str:
        """`2 rouges laissés de côté, 1 déjà transmis absent`: who will not be in the file, empty
        for nobody."""
        red, gone = self.found.prepared.count(Colour.ROUGE), self.found.gone
        words = []
        if red:
            plural = "s" if red > 1 else ""
            words.append(f"{red} rouge{plural} laissé{plural} de côté")
        if gone:
            plural = "s" if gone > 1 else ""
            words.append(f"{gone} déjà transmis, absent{plural} de ce fichier")
        return ", ".join(words)

    @property
    def last(self) -> str:
        """`v003, il y a 7 jours`, or `jamais`."""
        version = self.found.last
        if version is None:
            return "jamais"
        day = timezone.localtime(version.made_at).date()
        return f"{version_name(version.number)}, {ago(day, on=self.on)}"


def version_name(number: int) -> str:
    """A version as the name of the file says it: `v003`."""
    return f"v{number:03d}"


@dataclass(frozen=True)
class LeftOut:
    """A pupil who stays out of the file, and what the livret lacks."""

    sheet: Sheet

    @property
    def lacks(self) -> str:
        """In a few words."""
        return lacks(self.sheet.status)


def left_out(shown: Panel) -> list[LeftOut]:
    """The red pupils of a division."""
    return [LeftOut(sheet) for sheet in shown.prepared.left_out]


def former_left_out(shown: Panel) -> list[LeftOut]:
    """The livrets of première that were asked for and are red."""
    made = shown.candidate
    return [LeftOut(sheet) for sheet in made.former_left_out] if made else []


@dataclass(frozen=True)
class Share:
    """The pupils of one colour who go in the file: `9 complets`."""

    colour: str
    words: str


def included(shown: Panel) -> Sequence[Share]:
    """The complete ones, then the others; a colour that nobody has is not said."""
    words = ((Colour.VERT, "complet"), (Colour.ORANGE, "incomplet"))
    counts = [(colour, word, shown.prepared.count(colour)) for colour, word in words]
    return [
        Share(colour.value, f"{n} {word}{'s' if n > 1 else ''}") for colour, word, n in counts if n
    ]


@dataclass(frozen=True)
class RunRow:
    """Several divisions exported together: how far the work is."""

    run: ExportRun

    @property
    def running(self) -> bool:
        """Whether something is still to be done."""
        return self.run.state == RunState.RUNNING

    @property
    def refused(self) -> bool:
        """Whether who asked lost the right to export meanwhile."""
        return self.run.state == RunState.REFUSED

    @property
    def stopped(self) -> bool:
        """Whether somebody stopped it."""
        return self.run.state == RunState.STOPPED

    @property
    def sentence(self) -> str:
        """`Export : 4 / 30 divisions (13 %)`, or what it is waiting for."""
        if not self.run.attempt:
            return "Export en attente : il commence dès que le travail de fond est libre."
        return f"Export : {self.count} ({100 * self.run.done // self.run.total} %)"

    @property
    def count(self) -> str:
        """`4 / 30 divisions`."""
        return f"{self.run.done} / {self.run.total} division{'s' if self.run.total > 1 else ''}"
