"""The sections of an import's preview, worked out before the template: it runs no query."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from livretpro.schools.importing import Line, Report, Section
from livretpro.schools.models import ImportBatch, ImportState

RUNNING = {ImportState.READING.value: "Lecture", ImportState.APPLYING.value: "Application"}


OPEN_UNDER = 12


@dataclass(frozen=True)
class Lines:
    """One list of a section, under its title; a short one is shown open."""

    title: str
    lines: tuple[Line, ...]

    @property
    def short(self) -> bool:
        """Whether it can be read at a glance."""
        return len(self.lines) < OPEN_UNDER


@dataclass(frozen=True)
class SectionRow:
    """Pupils, divisions, groups, staff or services: counts, then the lists that hold something."""

    title: str
    section: Section
    gone: str = "Partis"
    new: str = "Nouveaux"

    @property
    def lists(self) -> Sequence[Lines]:
        """Departures first: they are what a wrong file shows."""
        section = self.section
        found = (
            Lines(self.gone, section.gone),
            Lines("Changent de division", section.moved),
            Lines("De retour", section.back),
            Lines("Modifiés", section.changed),
            Lines(self.new, section.added),
        )
        return [lines for lines in found if lines.lines]


def section_rows(report: Report) -> Iterator[SectionRow]:
    """The five sections, in the order of the preview."""
    yield SectionRow("Élèves", report.eleves)
    yield SectionRow("Divisions", report.divisions, gone="Vides", new="Nouvelles")
    yield SectionRow("Groupes", report.groupes, gone="Retirés")
    yield SectionRow("Personnels", report.personnels)
    yield SectionRow("Services", report.services, gone="Retirés")


@dataclass(frozen=True)
class Progress:
    """How far a running import is; `running` is false once it is over."""

    running: bool
    sentence: str
    done: int = 0
    total: int = 0


def progress_of(batch: ImportBatch) -> Progress:
    """`Lecture : 120 / 240 élèves (50 %)`, or what it is waiting for."""
    word = RUNNING.get(batch.state)
    if word is None:
        return Progress(running=False, sentence="")
    if not batch.attempt:
        sentence = f"{word} en attente : elle commence dès que le travail de fond est libre."
        return Progress(running=True, sentence=sentence)
    if not batch.total:
        return Progress(running=True, sentence=f"{word} des fichiers en cours")
    share = 100 * batch.done // batch.total
    sentence = f"{word} : {batch.done} / {batch.total} élèves ({share} %)"
    return Progress(running=True, sentence=sentence, done=batch.done, total=batch.total)
