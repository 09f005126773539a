"""Periods of a school year or of one division, closed and opened again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import ProtectedError, Q

from livretpro.bulletins.models import BatchState, ImportLine, Period
from livretpro.bulletins.queries.periods import holds_values, periods_of
from livretpro.bulletins.refusals import BadChoice, allow, allow_closing
from livretpro.bulletins.settling import Texts, settled
from livretpro.bulletins.telling import change, division_key, tell
from livretpro.bulletins.words import PeriodKind
from livretpro.journal.actions import Change
from livretpro.schools.actors import Actor
from livretpro.schools.models import Division, SchoolYear

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Bounds:
    """A period by its number from 1: first and last day, both included."""

    number: int
    start: date
    end: date


def equal_parts(kind: PeriodKind, start: date, end: date) -> list[Bounds]:
    """The year cut in as many parts as the kind has, one day apart at most in length."""
    days = (end - start + ONE_DAY).days
    firsts = [start + timedelta(days=days * n // kind.per_year) for n in range(kind.per_year + 1)]
    return [Bounds(n + 1, firsts[n], firsts[n + 1] - ONE_DAY) for n in range(kind.per_year)]


@transaction.atomic
def set_periods(
    year: SchoolYear,
    kind: PeriodKind,
    bounds: Sequence[Bounds],
    *,
    by: Actor,
    division: Division | None = None,
    seen: Texts | None = None,
) -> list[Period]:
    """Give the school, or a division, its periods: same number, new dates; another kind only as
    long as nothing was written in those that go.

    Raises `NotAllowed`, `BadChoice` for dates that cannot be or values that stand, or `Changed`.
    """
    allow(by)
    _check(year, kind, bounds)
    SchoolYear.objects.select_for_update(no_key=True).get(pk=year.pk, school=by.school)
    held = list(Period.objects.filter(school_year=year, division=division))
    stands = period_texts(held)
    after = _settled(_texts(kind, bounds), seen, stands)
    if after == stands:
        return held
    kind, bounds = _read(after)
    _check(year, kind, bounds)
    before = _words(held)
    if division is not None and not held and holds_values(division):
        raise BadChoice(
            "Des notes ou des appréciations de cette division sont déjà écrites dans les périodes "
            "de l’établissement : elle les garde."
        )
    if held and held[0].kind != kind.value:
        _drop(held)
        held = []
    kept = {period.number: period for period in held}
    _refuse_closed(bounds, kept)
    made = [_place(year, kind, one, kept.get(one.number), division) for one in bounds]
    key = _key(year, division)
    tell(by, change("modifie", "periodes", key, "dates", before=before, after=_words(made)))
    return made


def _refuse_closed(bounds: Sequence[Bounds], kept: Mapping[int, Period]) -> None:
    """The dates of a closed period stand on bulletins given out. Raises `BadChoice`."""
    for one in bounds:
        held = kept.get(one.number)
        if held and held.is_closed and (held.start, held.end) != (one.start, one.end):
            raise BadChoice(f"Le {held} est clôturé : rouvrez-le avant de changer ses dates.")


def period_texts(periods: Sequence[Period]) -> dict[str, str]:
    """What stands, by field: `periodicite`, `debut_1`, `fin_1`… as browsers write days."""
    if not periods:
        return {}
    bounds = [Bounds(one.number, one.start, one.end) for one in periods]
    return _texts(PeriodKind(periods[0].kind), bounds)


def _texts(kind: PeriodKind, bounds: Sequence[Bounds]) -> dict[str, str]:
    days = {f"debut_{one.number}": one.start.isoformat() for one in bounds}
    days |= {f"fin_{one.number}": one.end.isoformat() for one in bounds}
    return {"periodicite": kind.value} | days


def _settled(typed: Texts, seen: Texts | None, stands: Texts) -> dict[str, str]:
    """A day that the form showed and that a new kind no longer has counts as emptied."""
    if seen is None:
        return dict(typed)
    emptied = dict.fromkeys(seen, "")
    words = {"periodicite": "périodicité"}
    for number in range(1, PeriodKind.TRIMESTRE.per_year + 1):
        words[f"debut_{number}"] = f"premier jour de la période {number}"
        words[f"fin_{number}"] = f"dernier jour de la période {number}"
    typed = {name: text for name, text in {**emptied, **typed}.items() if name in words}
    after = settled(typed, seen=seen, stands=stands, words=words, say=_said)
    return {name: text for name, text in after.items() if text}


def _said(text: str) -> str:
    """A kind or a day, in words."""
    if text in set(PeriodKind):
        return f"{PeriodKind(text).word}s"
    return f"{date.fromisoformat(text):%d/%m/%Y}" if text else ""


def _read(texts: Texts) -> tuple[PeriodKind, list[Bounds]]:
    kind = PeriodKind(texts["periodicite"])
    days = {name: date.fromisoformat(text) for name, text in texts.items() if "_" in name}
    numbers = range(1, kind.per_year + 1)
    if any({f"debut_{n}", f"fin_{n}"} - days.keys() for n in numbers):
        raise BadChoice(f"Donnez le début et la fin des {kind.per_year} {kind.word}s.")
    return kind, [Bounds(n, days[f"debut_{n}"], days[f"fin_{n}"]) for n in numbers]


def _key(year: SchoolYear, division: Division | None) -> str:
    """As the journal names the periods of a division, or those of the school in a year."""
    return division_key(division) if division else str(year)


def _place(
    year: SchoolYear, kind: PeriodKind, one: Bounds, held: Period | None, division: Division | None
) -> Period:
    if held is None:
        return Period.objects.create(
            school_year=year,
            division=division,
            kind=kind.value,
            number=one.number,
            start=one.start,
            end=one.end,
        )
    held.start, held.end = one.start, one.end
    held.save(update_fields=["start", "end"])
    return held


def _drop(held: Sequence[Period]) -> None:
    """An import that wrote nothing here, or nothing that stands, holds no period."""
    ImportLine.objects.filter(Q(batch__dry_run=True) | Q(batch__state=BatchState.UNDONE)).filter(
        period__in=held
    ).update(period=None)
    try:
        Period.objects.filter(pk__in=[period.pk for period in held]).delete()
    except ProtectedError as standing:
        raise BadChoice(
            "La périodicité ne change plus : des notes ou des appréciations sont écrites dans ces "
            "périodes."
        ) from standing


def _check(year: SchoolYear, kind: PeriodKind, bounds: Sequence[Bounds]) -> None:
    if [one.number for one in bounds] != list(range(1, kind.per_year + 1)):
        raise BadChoice(f"Donnez le début et la fin des {kind.per_year} {kind.word}s.")
    days = [day for one in bounds for day in (one.start, one.end)]
    if any(late <= early for early, late in zip(days[1::2], days[2::2], strict=False)) or any(
        one.end < one.start for one in bounds
    ):
        raise BadChoice("Les périodes se suivent, sans jour commun.")
    if days[0] < year.start or days[-1] > year.end:
        raise BadChoice(
            f"Les périodes tiennent dans l’année scolaire, du {year.start:%d/%m/%Y} au "
            f"{year.end:%d/%m/%Y}."
        )


def _words(periods: Sequence[Period]) -> str:
    return ", ".join(f"{one} {one.start:%d/%m/%Y}–{one.end:%d/%m/%Y}" for one in periods)


@transaction.atomic
def create_periods(division: Division, *, by: Actor) -> list[Period]:
    """Trimesters of equal length for a school that has no period; those that exist stay."""
    allow(by)
    year = division.school_year
    held = periods_of(division)
    if held:
        return held
    kind = PeriodKind.TRIMESTRE
    return set_periods(year, kind, equal_parts(kind, year.start, year.end), by=by)


@transaction.atomic
def close_period(period: Period, *, now: datetime, by: Actor) -> bool:
    """Nobody writes there any more; whether it was open. Raises `ClosingNotAllowed`."""
    allow_closing(by)
    held = _locked(period, by)
    if held.closed_at is not None:
        return False
    held.closed_at, held.closed_by = now, by.author.name
    held.save(update_fields=["closed_at", "closed_by"])
    tell(by, _state_told(held, "ouverte", "clôturée"))
    return True


@transaction.atomic
def reopen_period(period: Period, *, by: Actor) -> bool:
    """Let people write there again; whether it was closed. Raises `ClosingNotAllowed`."""
    allow_closing(by)
    held = _locked(period, by)
    if held.closed_at is None:
        return False
    held.closed_at, held.closed_by = None, ""
    held.save(update_fields=["closed_at", "closed_by"])
    tell(by, _state_told(held, "clôturée", "ouverte"))
    return True


def _locked(period: Period, by: Actor) -> Period:
    own = Period.objects.select_for_update(of=["self"])
    whole = own.select_related("school_year", "division__school_year")
    return whole.get(pk=period.pk, school_year__school=by.school)


def _state_told(period: Period, before: str, after: str) -> Change:
    key = _key(period.school_year, period.division)
    return change("modifie", "periodes", key, f"état, {period}", before=before, after=after)
