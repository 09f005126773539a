"""Compétences > Bulletins > Consultation: the bulletins of a period, read, printed, given out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_POST, require_safe

from livretpro.bulletins.actions.publishing import (
    NotYoursToPublish,
    PublicationChanged,
    publish,
)
from livretpro.bulletins.actions.typing import closed_reason
from livretpro.bulletins.models import Mockup, Period, Publication
from livretpro.bulletins.permissions import (
    can_close,
    can_configure,
    can_read_bulletins,
    can_write_general,
)
from livretpro.bulletins.printing import NothingToPrint, print_bulletin, print_division
from livretpro.bulletins.queries.contents import bulletins_of
from livretpro.bulletins.queries.periods import mockups_of, periods_by_division
from livretpro.bulletins.queries.seen import (
    publications_of,
    seen_divisions,
    seen_pupils,
    year_periods,
)
from livretpro.bulletins.showing import shown_bulletin
from livretpro.printed import Printed
from livretpro.schools.models import Division, Enrolment
from livretpro.web.base.doors import in_school
from livretpro.web.base.place import Place
from livretpro.web.bulletins.period_door import division_in, in_period
from livretpro.web.bulletins.place import PeriodPlace


@require_safe
@in_school
def consultation(request: HttpRequest, place: Place) -> HttpResponseBase:
    """The bulletins of the period of today, or the choice of one. One query, doors aside."""
    return _of_today(request, place, "bulletins:divisions")


@require_safe
@in_school
def typing(request: HttpRequest, place: Place) -> HttpResponseBase:
    """The same for what is typed."""
    return _of_today(request, place, "bulletins:entry")


def _of_today(request: HttpRequest, place: Place, page: str) -> HttpResponseBase:
    periods = _periods(place)
    if not periods:
        return render(request, "bulletins/choose_period.html", {"periods": []})
    return redirect(page, place.school.uai, _today(periods).number)


@require_safe
@in_school
def choose_period(request: HttpRequest, place: Place) -> HttpResponse:
    """« Changer de période ». One query, doors aside."""
    return render(request, "bulletins/choose_period.html", {"periods": _periods(place)})


def _periods(place: Place) -> Sequence[Period]:
    if not can_read_bulletins(place.actor):
        raise PermissionDenied
    return year_periods(place.year) if place.year else []


def _today(periods: Sequence[Period]) -> Period:
    """The last one that has begun, the first one before the year."""
    begun = [one for one in periods if one.start <= timezone.localdate()]
    return begun[-1] if begun else periods[0]


@dataclass(frozen=True)
class DivisionRow:
    """A division in the list: its period, its mock-up, from when it may be given out."""

    division: Division
    period: Period | None
    mockup: Mockup | None
    published: Publication | None


@require_safe
@in_period
def divisions(request: HttpRequest, place: PeriodPlace) -> HttpResponse:
    """The divisions this person reads. Four queries, doors aside, whatever their number."""
    found = seen_divisions(place.actor, place.year)
    own = {
        pk: next((one for one in held if one.number == place.number), None)
        for pk, held in periods_by_division(place.year, found).items()
    }
    periods = [period for period in own.values() if period]
    mockups, published = mockups_of(periods), publications_of(periods)
    rows = []
    for one in found:
        period = own[one.pk]
        key = (one.pk, period.pk if period else 0)
        line = mockups.get(key)
        rows.append(DivisionRow(one, period, line.mockup if line else None, published.get(key)))
    context = {"rows": rows, "configures": can_configure(place.actor)}
    return render(request, "bulletins/divisions.html", context)


@require_safe
@in_period
def division(request: HttpRequest, place: PeriodPlace, division: int) -> HttpResponse:
    """The pupils of a division, its prints, the day of their giving. Five queries, doors aside."""
    found, period = division_in(place, division)
    return _division_page(request, place, found, period)


def _division_page(
    request: HttpRequest,
    place: PeriodPlace,
    found: Division,
    period: Period,
    *,
    refused: str = "",
    typed: str | None = None,
    status: int = 200,
) -> HttpResponse:
    line = mockups_of([period]).get((found.pk, period.pk))
    held = publications_of([period]).get((found.pk, period.pk))
    context = {
        "division": found,
        "period": period,
        "closed": closed_reason(period),
        "pupils": seen_pupils(place.actor, found, period),
        "mockup": line.mockup if line else None,
        "published": held,
        "day": typed if typed is not None else _iso(held.published_on if held else None),
        "seen_day": _iso(held.published_on if held else None),
        "refused": refused,
        "may_publish": can_close(place.actor),
        "may_appraise": can_write_general(place.actor, found),
        "configures": can_configure(place.actor),
    }
    return render(request, "bulletins/division.html", context, status=status)


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


@require_safe
@in_period
def bulletin(
    request: HttpRequest, place: PeriodPlace, division: int, enrolment: int
) -> HttpResponse:
    """The bulletin of a pupil, as its mock-up shows it, with the neighbours. Fourteen queries at
    most, doors aside."""
    found, period = division_in(place, division)
    pupils = seen_pupils(place.actor, found, period)
    rank = _rank(pupils, enrolment)
    line = mockups_of([period]).get((found.pk, period.pk))
    context: dict[str, object] = {
        "division": found,
        "period": period,
        "pupil": pupils[rank],
        "rank": rank + 1,
        "count": len(pupils),
        "before": pupils[rank - 1] if rank else None,
        "after": pupils[rank + 1] if rank + 1 < len(pupils) else None,
        "mockup": line.mockup if line else None,
        "configures": can_configure(place.actor),
    }
    if line:
        students = {pupils[rank].student_id}
        read = bulletins_of(found, period, line.mockup, school=place.school, students=students)
        context |= {"of": read, "shown": shown_bulletin(read.bulletins[0], read)}
    return render(request, "bulletins/bulletin.html", context)


def _rank(pupils: Sequence[Enrolment], pk: int) -> int:
    found = [rank for rank, one in enumerate(pupils) if one.pk == pk]
    if not found:
        raise Http404
    return found[0]


@require_POST
@in_period
def print_pupil(
    request: HttpRequest, place: PeriodPlace, division: int, enrolment: int
) -> HttpResponseBase:
    """The bulletin of a pupil in PDF; a POST, since the journal tells who printed what."""
    found, period = division_in(place, division)
    pupils = seen_pupils(place.actor, found, period)
    pupil = pupils[_rank(pupils, enrolment)]

    def make() -> Printed:
        return print_bulletin(pupil.student, found, period, by=place.actor, on=timezone.localdate())

    back = ("bulletins:bulletin", place.school.uai, place.number, found.pk, pupil.pk)
    return _file(request, make, back)


@require_POST
@in_period
def print_all(request: HttpRequest, place: PeriodPlace, division: int) -> HttpResponseBase:
    """The bulletins of a division: one file, or one each in an archive (`fichiers`)."""
    found, period = division_in(place, division)
    apart = request.POST.get("fichiers") == "zip"

    def make() -> Printed:
        return print_division(found, period, by=place.actor, on=timezone.localdate(), apart=apart)

    return _file(request, make, ("bulletins:division", place.school.uai, place.number, found.pk))


def _file(
    request: HttpRequest, make: Callable[[], Printed], back: tuple[object, ...]
) -> HttpResponseBase:
    """The file, or the page again with the reason why there is none."""
    try:
        printed = make()
    except NothingToPrint as refusal:
        messages.error(request, refusal.phrase)
        return redirect(*back)  # type: ignore[call-overload,no-any-return]
    answer = HttpResponse(printed.content, content_type=printed.media_type)
    answer["Content-Disposition"] = f'attachment; filename="{printed.file_name}"'
    return answer


@require_POST
@in_period
def publication(request: HttpRequest, place: PeriodPlace, division: int) -> HttpResponseBase:
    """From which day the team may give the bulletins out (`jour`, empty: not yet)."""
    found, period = division_in(place, division)
    raw = request.POST.get("jour", "").strip()
    try:
        day, seen = _day(raw), _day(request.POST.get("vu", ""))
        done = publish(found, period, day, seen=seen, now=timezone.now(), by=place.actor)
    except NotYoursToPublish as refusal:
        raise PermissionDenied from refusal
    except ValueError:
        said = "La date ne se lit pas : choisissez un jour du calendrier."
        return _division_page(request, place, found, period, refused=said, typed=raw, status=422)
    except PublicationChanged as refusal:
        return _division_page(
            request, place, found, period, refused=refusal.phrase, typed=raw, status=409
        )
    messages.success(request, _said(day) if done else "Rien n’a changé.")
    return redirect("bulletins:division", place.school.uai, place.number, found.pk)


def _day(raw: str) -> date | None:
    """Raises `ValueError`."""
    if not raw:
        return None
    found = parse_date(raw)
    if found is None:
        raise ValueError(raw)
    return found


def _said(day: date | None) -> str:
    if day is None:
        return "Les bulletins ne sont plus à remettre."
    return f"Les bulletins peuvent être remis aux élèves à partir du {day:%d/%m/%Y}."
