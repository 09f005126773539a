"""What the partner API serves of a school, and the accesses that its screen lists."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone

from livretpro.journal.queries import Told, last_told
from livretpro.livrets.bilans import changes, common_kind, publication, publications
from livretpro.livrets.fields import appraisal_key, average_key, period_degree_key
from livretpro.livrets.models import Periodicity, PeriodPublication
from livretpro.livrets.periods import Period, periods_of
from livretpro.livrets.queries import Sheet, Track, periodicities, sheets
from livretpro.livrets.rules import PeriodKind
from livretpro.partners.models import PartnerClient
from livretpro.referentiels.queries import assessed_competences, diplomas
from livretpro.schools.actors import Actor
from livretpro.schools.models import Division, Enrolment, School, SchoolYear
from livretpro.schools.models.pupils import EnrolmentQuerySet
from livretpro.schools.queries import school_year, there_during
from livretpro.schools.rules import SCHOOL_STATUS

Bounds = tuple[date, date]
"""First and last day of a period."""
DIVISIONS_A_PAGE = 50
PUPILS_A_PAGE = 50


@dataclass(frozen=True)
class FollowedDiploma:
    """A diploma at a level that pupils of a division prepare, the periodicity set for it, and the
    codes that its bilans may give a degree."""

    cfd: str
    mefs: tuple[str, ...]
    level: str
    kind: PeriodKind | None
    codes: tuple[str, ...]


@dataclass(frozen=True)
class ServedPeriod:
    """A period of a division and when it was published; no dates when those of its diplomas
    differ."""

    number: int
    start: date | None
    end: date | None
    published_at: datetime | None


@dataclass(frozen=True)
class ServedDivision:
    """A division; its periods only when all its diplomas have the same periodicity."""

    division: Division
    diplomas: tuple[FollowedDiploma, ...]
    periods: tuple[ServedPeriod, ...]


@dataclass(frozen=True)
class ServedPupil:
    """The bilan of a pupil in a period, when it last changed, and by field who last decided it."""

    sheet: Sheet
    number: int
    changed_at: datetime | None
    told: Mapping[str, Told]

    @property
    def average(self) -> Decimal | None:
        """The average, if it is a number."""
        value = self.sheet.content.averages.get(self.number)
        return value if isinstance(value, Decimal) else None

    @property
    def not_graded(self) -> bool:
        """Whether the team decided "non noté"."""
        return self.number in self.sheet.content.averages and self.average is None

    @property
    def appraisal(self) -> str:
        """The appraisal, or nothing."""
        return self.sheet.content.appraisals.get(self.number, "")

    @property
    def average_decided(self) -> Told | None:
        """Who decided the average, or "non noté"."""
        given = self.number in self.sheet.content.averages
        return self.told.get(average_key(self.number)) if given else None

    @property
    def appraisal_decided(self) -> Told | None:
        """Who decided the appraisal."""
        return self.told.get(appraisal_key(self.number)) if self.appraisal else None

    @property
    def degrees(self) -> list[tuple[str, int, Told | None]]:
        """Code, degree and who decided it, in the order of the référentiel."""
        given, told = self.sheet.content.period_degrees, self.told
        codes = [
            one.code for one in self.sheet.content.assessed if (self.number, one.code) in given
        ]
        return [
            (code, given[self.number, code], told.get(period_degree_key(self.number, code)))
            for code in codes
        ]


@dataclass(frozen=True)
class ServedPage:
    """A page of the bilans of a published period."""

    division: Division
    number: int
    published_at: datetime
    pupils: tuple[ServedPupil, ...]
    pages: int


@dataclass(frozen=True)
class DivisionsPage:
    """A page of the divisions of the year."""

    divisions: tuple[ServedDivision, ...]
    pages: int


class Unknown(Exception):
    """The school has no such division, period or page."""


class NotPublished(Exception):
    """The period is not published."""


def clients_of(actor: Actor) -> list[PartnerClient]:
    """The accesses of the school, live ones first: one query."""
    found = PartnerClient.objects.visible_to(actor).order_by("name", "-pk")
    return sorted(found, key=lambda client: not client.live)


def client_of(actor: Actor, pk: int) -> PartnerClient | None:
    """An access of the school: one query."""
    return PartnerClient.objects.visible_to(actor).filter(pk=pk).first()


def client_called(actor: Actor, text: str) -> PartnerClient | None:
    """The access of this public identifier in the school, or the open one of this name: one
    query."""
    named = Q(client_id=text) | Q(name__iexact=text, revoked_at=None)
    return PartnerClient.objects.visible_to(actor).filter(named).first()


def divisions_page(school: School, page: int) -> DivisionsPage:
    """The divisions of the current year, by code. Seven queries, one more when the school has
    référentiels of its own. Raises `Unknown` past the end."""
    year = school_year(school)
    if year is None:
        return DivisionsPage((), 1)
    own = Division.objects.filter(school_year=year)
    pages = _pages(own.count(), DIVISIONS_A_PAGE, page)
    held = list(own.order_by("code")[_slice(page, DIVISIONS_A_PAGE)])
    present = _present(held, year)
    rows = periodicities(year, {pupils.track[0] for pupils in present})
    followed = _followed(present, rows)
    cfds = {cfd for tracks in followed.values() for cfd, _ in tracks}
    told = _Told(year, rows, _codes(cfds, school), publications(held))
    served = tuple(_division(one, followed.get(one.pk, {}), told) for one in held)
    return DivisionsPage(served, pages)


def _codes(cfds: Collection[str], school: School) -> dict[str, tuple[str, ...]]:
    """The codes of competences and sub-competences of each diploma in this school: two queries, one
    more when it has référentiels of its own."""
    versions = {
        cfd: one.referentiel_id
        for cfd, one in diplomas(cfds, school=[school.uai]).items()
        if one.referentiel_id
    }
    assessed = assessed_competences(versions.values())
    return {cfd: tuple(one.code for one in assessed.get(pk, ())) for cfd, pk in versions.items()}


@dataclass(frozen=True)
class _Pupils:
    """Pupils present who have bilans: where, their diploma and level, MEF, and status."""

    division: int
    track: Track
    mef: str
    status: str


def _present(divisions: Iterable[Division], year: SchoolYear) -> list[_Pupils]:
    """Those of these divisions, one of each sort, by level, diploma, MEF: one query."""
    rows = (
        Enrolment.objects.present()
        .with_bilan()
        .filter(school_year=year, division__in=list(divisions))
        .order_by("division", "level", "cfd", "mef", "status")
        .values_list("division_id", "cfd", "level", "mef", "status")
        .distinct()
    )
    return [_Pupils(d or 0, (cfd, level), mef, status) for d, cfd, level, mef, status in rows]


def _followed(
    present: Iterable[_Pupils], rows: Mapping[Track, Periodicity]
) -> dict[int, dict[Track, list[str]]]:
    """The MEF of pupils, by division, diploma and level. Apprentices of a level where nobody has a
    livret wait for its periodicity: until then they are not there, and stop nobody (ADR 32)."""
    held = list(present)
    with_livret = {(one.division, one.track) for one in held if one.status == SCHOOL_STATUS}
    found: dict[int, dict[Track, list[str]]] = {}
    for one in held:
        if one.track in rows or (one.division, one.track) in with_livret:
            mefs = found.setdefault(one.division, {}).setdefault(one.track, [])
            if one.mef not in mefs:
                mefs.append(one.mef)
    return found


@dataclass(frozen=True)
class _Told:
    """What the divisions of a page share: periodicities, codes by diploma, publications."""

    year: SchoolYear
    rows: Mapping[Track, Periodicity]
    codes: Mapping[str, tuple[str, ...]]
    published: Mapping[tuple[int, int], datetime]


def _division(
    division: Division, followed: Mapping[Track, Sequence[str]], told: _Told
) -> ServedDivision:
    rows = told.rows
    prepared = tuple(
        FollowedDiploma(
            cfd, tuple(mefs), level, _kind(rows.get((cfd, level))), told.codes.get(cfd, ())
        )
        for (cfd, level), mefs in followed.items()
    )
    held = _periods([rows.get(track) for track in followed], told.year)
    dates = {same[0].number: told.published.get((division.pk, same[0].number)) for same in held}
    periods = tuple(_served(same, dates[same[0].number]) for same in held)
    return ServedDivision(division, prepared, periods)


def _served(same: Sequence[Period], at: datetime | None) -> ServedPeriod:
    """A period as each diploma of the division dates it."""
    first = same[0]
    dated = all(period == first for period in same)
    return ServedPeriod(
        first.number, first.start if dated else None, first.end if dated else None, at
    )


def _kind(row: Periodicity | None) -> PeriodKind | None:
    return PeriodKind(row.kind) if row else None


def _periods(rows: Sequence[Periodicity | None], year: SchoolYear) -> list[tuple[Period, ...]]:
    """Each period, as each of these periodicities dates it; none unless all are of one kind."""
    kind = common_kind(_kind(row) for row in rows)
    if kind is None:
        return []
    held = [periods_of(kind, row.period_days, year.start, year.end) for row in rows if row]
    return list(zip(*held, strict=True))


def bilans_page(school: School, code: str, number: int, page: int) -> ServedPage:
    """The bilans of a period of a division, by name. Fourteen queries, whatever their number.

    Of a period that is over, those of the pupils whom it left there; of one that runs, those of the
    pupils present.
    Raises `Unknown` (division, period or page), or `NotPublished`.
    """
    year = school_year(school)
    division = (
        Division.objects.filter(school_year=year, code=code).select_related("school_year").first()
    )
    if year is None or division is None:
        raise Unknown
    bounds = _bounds(division, year, number)
    stands = publication(division, number)
    if stands is None:
        raise NotPublished
    served = _read(division, number, bounds, stands.published_at)
    pages = _pages(served.count(), PUPILS_A_PAGE, page)
    rows = served.select_related("student", "division").in_name_order()
    held = sheets(rows[_slice(page, PUPILS_A_PAGE)], year, bilans=True)
    changed = changes([sheet.livret_id for sheet in held], number)
    told = _last_told(school, held, number)
    bilans = tuple(
        ServedPupil(one, number, changed.get(one.livret_id or 0), told.get(str(one.livret_id), {}))
        for one in held
    )
    return ServedPage(division, number, stands.published_at, bilans, pages)


def _last_told(
    school: School, held: Sequence[Sheet], number: int
) -> Mapping[str, Mapping[str, Told]]:
    """What the journal tells of these bilans, by key of the livret then field: one query."""
    fields = {average_key(number), appraisal_key(number)}
    for sheet in held:
        given = sheet.content.period_degrees
        fields |= {period_degree_key(number, code) for period, code in given if period == number}
    found: dict[str, dict[str, Told]] = {}
    for one in last_told(school.uai, "livret", [str(sheet.livret_id) for sheet in held], fields):
        found.setdefault(one.key, {})[one.field] = one
    return found


def _read(division: Division, number: int, bounds: Bounds, at: datetime) -> EnrolmentQuerySet:
    """Those of a period whose bilan is published at this instant, present or whom it left there:
    not those who were, that day or at the end of the period, in another division that has not
    published its own, whatever they brought from there (ADR 32)."""
    first, last = bounds
    pupils = division.enrolments.with_bilan()
    over = last < timezone.localdate()
    there = pupils.filter(there_during(first, last)) if over else pupils.present()
    day = min(timezone.localdate(at), last)
    held = Enrolment.objects.filter(
        student=OuterRef("student"), school_year=OuterRef("school_year"), start__lte=day
    )
    before = held.order_by("-start", "-pk").values("division")[:1]
    published = PeriodPublication.objects.filter(number=number).values("division")
    return there.annotate(published_in=Subquery(before)).filter(
        Q(published_in__isnull=True) | Q(published_in=division.pk) | Q(published_in__in=published)
    )


@dataclass(frozen=True)
class ServedApart:
    """Pupils of a period who are served and not in the division today, or the other way round."""

    gone: tuple[Enrolment, ...] = ()
    come: tuple[Enrolment, ...] = ()


def served_apart(
    division: Division, number: int, present: Iterable[Enrolment], *, at: datetime
) -> ServedApart:
    """How the pupils of a division and those that its period serves, published at this instant,
    differ: three queries. The caller has checked who asks."""
    try:
        bounds = _bounds(division, division.school_year, number)
    except Unknown:
        return ServedApart()
    rows = _read(division, number, bounds, at).select_related("student").in_name_order()
    served = {one.student_id: one for one in rows}
    here = {one.student_id: one for one in present}
    return ServedApart(
        gone=tuple(one for student, one in served.items() if student not in here),
        come=tuple(one for student, one in here.items() if student not in served),
    )


def _bounds(division: Division, year: SchoolYear, number: int) -> Bounds:
    """First and last day of a period, for all the diplomas of the division: two queries. Raises
    `Unknown` for one that it does not have."""
    present = _present([division], year)
    rows = periodicities(year, {pupils.track[0] for pupils in present})
    tracks = _followed(present, rows).get(division.pk, ())
    held = _periods([rows.get(track) for track in tracks], year)
    if number > len(held):
        raise Unknown
    same = held[number - 1]
    return min(one.start for one in same), max(one.end for one in same)


def _pages(count: int, size: int, page: int) -> int:
    """How many pages there are. Raises `Unknown` past the last one."""
    pages = max(1, -(-count // size))
    if page > pages:
        raise Unknown
    return pages


def _slice(page: int, size: int) -> slice:
    return slice((page - 1) * size, page * size)
