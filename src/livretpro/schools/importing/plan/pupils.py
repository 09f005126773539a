"""What the import does to each pupil."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date

from livretpro.referentiels.rules import Level
from livretpro.schools.importing.plan.changes import Kind, PupilChange, differences
from livretpro.schools.importing.plan.decisions import Decision, Fate
from livretpro.schools.importing.plan.facts import (
    HeldEnrolment,
    HeldPupil,
    Identity,
    Schooling,
)
from livretpro.schools.importing.plan.mefs import MefTable
from livretpro.schools.importing.plan.years import YearPlan
from livretpro.schools.importing.report import FieldChange, Line

Progress = Callable[[int, int], None]
"""Called with how many pupils are done, and how many there are."""
PROGRESS_STEP = 100


@dataclass(frozen=True)
class Setting:
    """What all pupils are compared under; `day` dates the changes (DATE_EXPORT, in the year)."""

    year: YearPlan
    mefs: MefTable
    day: date


def compare(
    decisions: Sequence[Decision],
    known: Mapping[int, HeldPupil],
    setting: Setting,
    *,
    progress: Progress | None,
) -> Iterator[PupilChange]:
    """Yield what happens to each pupil of the file, one that is not to be created excepted."""
    for done, decision in enumerate(decisions):
        if progress and done % PROGRESS_STEP == 0:
            progress(done, len(decisions))
        change = _compared(decision, known.get(decision.eleve_id), setting)
        if change is not None:
            yield change
    if progress:
        progress(len(decisions), len(decisions))


def _compared(decision: Decision, known: HeldPupil | None, setting: Setting) -> PupilChange | None:
    if decision.fate is Fate.ENROLLED:
        return _enrolled(decision, known, setting)
    if known is None:
        return None
    if decision.fate is Fate.LEFT:
        return leaving(known, setting, decision.left_on)
    return _same(known) if known.present else None


def _enrolled(decision: Decision, known: HeldPupil | None, setting: Setting) -> PupilChange:
    if known is None:
        return _added(decision, setting)
    if known.present is not None:
        return _still_there(decision, known, known.present, setting)
    return _returning(decision, known, setting)


def _same(known: HeldPupil) -> PupilChange:
    return PupilChange(Kind.SAME, _line(known.identity, known.division), known)


def _line(who: Identity, division: str, changes: tuple[FieldChange, ...] = ()) -> Line:
    return Line(str(who.siecle_id), who.name, division, changes)


def _added(decision: Decision, setting: Setting) -> PupilChange:
    who = decision.identity()
    return PupilChange(
        Kind.ADDED,
        _line(who, decision.division),
        known=None,
        identity=who,
        start=setting.year.day(decision.eleve.date_entree),
        schooling=decision.schooling(setting.mefs),
        groups=frozenset(decision.eleve.groupes),
    )


def _still_there(
    decision: Decision, known: HeldPupil, last: HeldEnrolment, setting: Setting
) -> PupilChange:
    """A pupil present before and after: the enrolment goes on, or another follows from `day`."""
    wanted, who = decision.schooling(setting.mefs), _identity(decision, known)
    groups = frozenset(decision.eleve.groupes)
    changes = (
        *_identity_changes(known.identity, who),
        *_schooling_changes(last.schooling, wanted),
        *differences(("groupes", frozenset(known.groups), groups)),
    )
    if not changes:
        return _same(known)
    turn = None if wanted.continues(last.schooling) else max(setting.day, last.start)
    return PupilChange(
        Kind.CHANGED if wanted.division == last.schooling.division else Kind.MOVED,
        _line(who, wanted.division, changes),
        known,
        identity=who if who != known.identity else None,
        close=turn,
        start=turn,
        schooling=wanted if wanted != last.schooling else None,
        groups=groups if groups != frozenset(known.groups) else None,
    )


def _returning(decision: Decision, known: HeldPupil, setting: Setting) -> PupilChange:
    """A known pupil who left and is back, or who follows on in the year that opens."""
    wanted, who = decision.schooling(setting.mefs), _identity(decision, known)
    changes = (
        *_identity_changes(known.identity, who),
        *_return_changes(known.last, wanted, setting.year),
    )
    return PupilChange(
        _return_kind(known, wanted),
        _line(who, wanted.division, changes),
        known,
        identity=who if who != known.identity else None,
        start=_return_day(decision.eleve.date_entree, known.last, setting),
        schooling=wanted,
        groups=frozenset(decision.eleve.groupes),
    )


def _return_kind(known: HeldPupil, wanted: Schooling) -> Kind:
    if not known.to_follow:
        return Kind.BACK
    return Kind.CHANGED if known.division == wanted.division else Kind.MOVED


def _return_day(entered: date | None, last: HeldEnrolment | None, setting: Setting) -> date:
    """DATE_ENTREE when it follows the departure, else the day of the export."""
    first = setting.year.day(entered)
    if last is None or not last.this_year or last.end is None or first > last.end:
        return first
    return max(setting.day, last.end)


def _return_changes(
    last: HeldEnrolment | None, wanted: Schooling, year: YearPlan
) -> tuple[FieldChange, ...]:
    if last is None:
        return differences(("division", "", wanted.division), ("année scolaire", "", year.title))
    told = differences(("fin", last.end, None))
    if not last.this_year:
        told = differences(("année scolaire", year.former_title, year.title))
    return told + _schooling_changes(last.schooling, wanted)


def _identity(decision: Decision, known: HeldPupil) -> Identity:
    """The file's, but an INE that the file no longer gives is kept."""
    read, held = decision.identity(), known.identity
    return replace(read, ine=read.ine or held.ine, former_ine=read.former_ine or held.former_ine)


def _identity_changes(before: Identity, after: Identity) -> tuple[FieldChange, ...]:
    if before == after:
        return ()
    return differences(
        ("identifiant SIECLE", before.siecle_id, after.siecle_id),
        ("INE", before.ine, after.ine),
        ("ancien INE", before.former_ine, after.former_ine),
        ("nom", before.last_name, after.last_name),
        ("prénom", before.first_name, after.first_name),
        ("date de naissance", before.birth_date, after.birth_date),
    )


def _schooling_changes(before: Schooling, after: Schooling) -> tuple[FieldChange, ...]:
    if before == after:
        return ()
    return differences(
        ("division", before.division, after.division),
        ("statut", before.status, after.status),
        ("MEF", before.mef_given, after.mef_given),
        ("MEF sur dix chiffres", before.mef, after.mef),
        ("diplôme", before.cfd, after.cfd),
        ("niveau", before.level, after.level),
        ("raison de l’absence de livret", before.no_livret, after.no_livret),
        ("MEF de l’an dernier", before.last_year_mef, after.last_year_mef),
        ("division de l’an dernier", before.last_year_division, after.last_year_division),
        ("établissement de l’an dernier", before.last_year_uai, after.last_year_uai),
    )


def leaving(known: HeldPupil, setting: Setting, left_on: date | None = None) -> PupilChange | None:
    """A known pupil whom the file says gone since `left_on`, or no longer holds.

    Closed with DATE_SORTIE, else DATE_EXPORT; a DATE_SORTIE given after the departure corrects it.
    None for a pupil who was not there any more.
    """
    last = known.last
    if last is None:
        return None
    if not last.this_year:
        return _gone(known, None, setting.year.former_end)
    end = max(setting.year.day(left_on or setting.day), last.start)
    if last.end is None:
        return _gone(known, end, end)
    if left_on is None or end == last.end:
        return None
    changes = differences(("fin", last.end, end))
    return PupilChange(
        Kind.CHANGED, _line(known.identity, known.division, changes), known, close=end
    )


def _gone(known: HeldPupil, close: date | None, told: date | None) -> PupilChange:
    """`close` is None when the whole former year is closed at once."""
    line = _line(known.identity, known.division, differences(("fin", None, told)))
    return PupilChange(Kind.GONE, line, known, close=close)


def no_longer_held(
    held: Iterable[HeldPupil], met: Iterable[HeldPupil], setting: Setting
) -> Iterator[PupilChange]:
    """Yield the departures of the known pupils whom the file does not hold."""
    keys = {pupil.pk for pupil in met}
    for pupil in held:
        if pupil.pk not in keys and (pupil.present or pupil.to_follow):
            change = leaving(pupil, setting)
            if change is not None:
                yield change


def read_again(held: Iterable[HeldPupil], mefs: MefTable) -> Iterator[PupilChange]:
    """Yield the pupils present, whose MEF a new Nomenclature.xml may read otherwise."""
    for pupil in held:
        if (last := pupil.present) is None:
            continue
        reading = mefs.read(last.schooling.mef_given)
        wanted = replace(last.schooling, **asdict(reading))
        changes = _schooling_changes(last.schooling, wanted)
        if changes:
            line = _line(pupil.identity, pupil.division, changes)
            yield PupilChange(Kind.CHANGED, line, pupil, schooling=wanted)
        else:
            yield _same(pupil)


def unexpected_departures(
    held: Iterable[HeldPupil], changes: Iterable[PupilChange]
) -> tuple[int, int]:
    """Of the pupils of the year about to be closed who were not in the last one of their diploma,
    how many leave, and how many there are."""
    expected = {pupil.pk for pupil in held if pupil.to_follow and _goes_on(pupil.last)}
    gone = (c for c in changes if c.kind is Kind.GONE and c.known and c.known.pk in expected)
    return sum(1 for _ in gone), len(expected)


def _goes_on(last: HeldEnrolment | None) -> bool:
    """Neither terminale nor, by the two last digits of a MEF (years of the diploma, rank of the
    year), the last year of another diploma, as of a CAP."""
    if last is None or last.schooling.level == Level.TERMINALE.value:
        return False
    years, rank = last.schooling.mef[-2:-1], last.schooling.mef[-1:]
    return not rank or rank != years


def emptied(held: Iterable[HeldPupil], changes: Iterable[PupilChange]) -> tuple[str, ...]:
    """Codes of the divisions that had pupils present and would have none."""
    count = Counter(pupil.division for pupil in held if pupil.present)
    before = set(count)
    for change in changes:
        if change.known and change.known.present and (change.close or change.start):
            count[change.known.division] -= 1
        if change.start and change.schooling:
            count[change.schooling.division] += 1
    return tuple(sorted(code for code in before if code and not count[code]))
