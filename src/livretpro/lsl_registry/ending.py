"""The end of an import: its bilan is named, what it leaves behind for the next ones is kept."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Max, Sum
from django.utils import timezone

from livretpro.fencing import hold
from livretpro.journal import actions as journal
from livretpro.lsl_registry.context import Known, periods_held
from livretpro.lsl_registry.models import (
    Clearance,
    HeldPeriodicity,
    Import,
    ImportState,
    Sender,
)
from livretpro.lsl_registry.told import Kept, kept
from livretpro.referentiels.rules import MEF_LENGTH
from livretpro.schools.models import School
from lsl_rules import Finding, Judged


class Contradicted(Exception):
    """Another file of the school fixed meanwhile another code-periode: this one is judged again."""


@dataclass
class Gathered:
    """What the pupils taken tell of the school: subjects received, code-periode held by diploma and
    level of a year."""

    known: Known
    subjects: set[str] = field(default_factory=set)
    periods: dict[tuple[int, str, str], str] = field(init=False)

    def __post_init__(self) -> None:
        self.periods = dict(self.known.periods)

    def claim(self, school: School, judged: Judged) -> None:
        """Fix the code-periode that this pupil is the first to bring, before anything is written
        under it: two queries then, none otherwise. Raises `Contradicted`."""
        fresh = dict(self._periods_of(judged))
        if not fresh:
            return
        HeldPeriodicity.objects.bulk_create(
            (
                HeldPeriodicity(school=school, year=year, cfd=cfd, level=level, code=code)
                for (year, cfd, level), code in sorted(fresh.items())
            ),
            ignore_conflicts=True,
        )
        held = periods_held(school)
        if any(held.get(key, code) != code for key, code in fresh.items()):
            raise Contradicted
        self.periods |= fresh

    def _periods_of(self, judged: Judged) -> Iterator[tuple[tuple[int, str, str], str]]:
        """Those of the pupil that are not known to be held."""
        pupil = self.known.pupils.get(judged.eleve_id)
        if judged.taken is None or pupil is None:
            return
        for scolarite in judged.taken.scolarites:
            year = scolarite.annee_scolaire
            own = pupil.mef if year == self.known.context.year else pupil.former_mef
            track = self.known.tracks.of(year, own or (scolarite.code_mef or "")[:MEF_LENGTH])
            if track and (year, *track) not in self.periods:
                yield (year, *track), scolarite.code_periode

    def add(self, judged: Judged) -> None:
        """One more pupil of the file."""
        for scolarite in judged.taken.scolarites if judged.taken else ():
            self.subjects.update(one.code_matiere for one in scolarite.evaluations)


def refuse(received: Import, refusals: Iterable[Finding]) -> None:
    """The file is refused whole; nothing of it was written. Raises `Overtaken`."""
    _end(received, ImportState.REFUSED, refusals=kept(refusals))


@transaction.atomic
def break_off(received: Import, phrase: str, gathered: Gathered | None = None) -> None:
    """A failure of ours stops the import; the pupils already treated stay, and what they tell.

    Raises `Overtaken`.
    """
    if gathered:
        _leave(received, gathered)
    _end(received, ImportState.BROKEN, failure=phrase)


@transaction.atomic
def end(received: Import, absent: Iterable[Finding], gathered: Gathered) -> None:
    """Every pupil has been treated. Raises `Overtaken`."""
    _leave(received, gathered)
    _end(received, ImportState.DONE, absent=list(_named(absent, gathered.known)))


def _leave(received: Import, gathered: Gathered) -> None:
    """What the next imports of the school are judged by."""
    software = {"publisher": received.publisher, "application": received.application}
    if gathered.subjects:
        _use_clearance(received.school, gathered.subjects, software)
        Sender.objects.bulk_create(
            (
                Sender(school=received.school, subject=subject, **software)
                for subject in sorted(gathered.subjects)
            ),
            update_conflicts=True,
            unique_fields=["school", "subject"],
            update_fields=list(software),
        )


def _use_clearance(school: School, subjects: set[str], software: dict[str, str]) -> None:
    """Forget that a software may come after others, once none of those that it replaces holds a
    subject any more."""
    cleared = Clearance.objects.filter(school=school, **software).first()
    if cleared is None:
        return
    others = Sender.objects.filter(school=school).exclude(**software)
    held = set(others.values_list("subject", "publisher", "application"))
    replaced = {tuple(sender) for subject, *sender in held if subject in subjects}
    staying = {tuple(sender) for subject, *sender in held if subject not in subjects}
    if replaced and not replaced & staying:
        cleared.delete()


def _named(absent: Iterable[Finding], known: Known) -> Iterator[Kept]:
    for finding in absent:
        (told,) = kept([finding])
        pupil = known.pupils[finding.eleve_id or 0]
        yield told | {"nom": f"{pupil.last_name} {pupil.first_name}"}


@transaction.atomic(savepoint=False)
def _end(received: Import, state: ImportState, **columns: object) -> None:
    """Name the bilan after the day, one rank a bilan; tell the journal."""
    School.objects.select_for_update(no_key=True).get(pk=received.school_id)
    now = timezone.now()
    day = timezone.localdate(now)
    last = Import.objects.filter(school=received.school_id, bilan_day=day).aggregate(
        last=Max("bilan_rank")
    )["last"]
    hold(
        received,
        state=state,
        ended_at=now,
        bilan_day=day,
        bilan_rank=(last or 0) + 1,
        **columns,
    )
    received.state = state
    _tell(received)


def _tell(received: Import) -> None:
    done = received.lines.aggregate(created=Sum("created"), overwritten=Sum("overwritten"))
    counts = f"{done['created'] or 0} créées, {done['overwritten'] or 0} remplacées"
    words = f"{received.get_state_display()}, {counts}"
    change = journal.Change(
        "importe", "import_lsl", str(received.pk), received.file_name[:64], "", words
    )
    author = journal.Author(received.author_id, received.author_name)
    journal.record([change], school_uai=received.school.uai, by=author)
