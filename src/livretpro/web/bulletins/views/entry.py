"""Notes et appréciations: what is typed in the services of a period."""

from datetime import date
from functools import partial

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from livretpro.bulletins.actions.assessments import (
    Work,
    WorkChanged,
    add_assessment,
    edit_assessment,
    remove_assessment,
)
from livretpro.bulletins.actions.typing import (
    Answer,
    Closed,
    NotYours,
    closed_reason,
    record_general,
)
from livretpro.bulletins.fields import Field, Sort
from livretpro.bulletins.models import Assessment, Period, Service
from livretpro.bulletins.permissions import can_write_general, can_write_in
from livretpro.bulletins.queries.desk import (
    Desk,
    assessment_of,
    desk_of,
    general_texts,
    marks_seen,
    progress_of,
)
from livretpro.bulletins.queries.periods import period_by_service
from livretpro.bulletins.queries.seen import typed_services
from livretpro.bulletins.queries.settings import appraisal_max_of
from livretpro.bulletins.refusals import BadChoice
from livretpro.bulletins.showing import figure
from livretpro.bulletins.words import GENERAL_APPRAISAL_MAX
from livretpro.schools.models import Division
from livretpro.web.bulletins.desks import (
    Refused,
    Row,
    answered,
    cell,
    grid,
    place_of,
    tell_saved,
    writing,
)
from livretpro.web.bulletins.period_door import division_in, in_period, in_service
from livretpro.web.bulletins.place import PeriodPlace
from livretpro.web.bulletins.typing import (
    Cell,
    Unreadable,
    read_typed,
    refusal_status,
    refused_by_place,
)

PAGE = require_http_methods(["GET", "HEAD", "POST"])
GRADE, APPRAISAL, GENERAL = (Field(sort).key for sort in (Sort.GRADE, Sort.APPRAISAL, Sort.GENERAL))


@require_safe
@in_period
def services(request: HttpRequest, place: PeriodPlace) -> HttpResponse:
    """The services this person types in. Four queries, doors aside."""
    found = typed_services(place.actor, place.year)
    progress = progress_of(found, place.number)
    periods = period_by_service(found, place.year, place.number)
    rows = [(service, progress[service.pk], service.pk in periods) for service in found]
    return render(request, "bulletins/entry.html", {"rows": rows})


@PAGE
@in_service
def marks(
    request: HttpRequest, place: PeriodPlace, found: Service, period: Period
) -> HttpResponseBase:
    """The grid of marks and teacher's grades. Eleven queries at most, doors aside."""

    def show(desk: Desk, refused: Refused, status: int) -> HttpResponse:
        return _marks(request, place, desk, refused, status=status)

    read = partial(desk_of, found, period, place.school)
    return answered(request, place, read, show, "bulletins:marks")


def _marks(
    request: HttpRequest,
    place: PeriodPlace,
    desk: Desk,
    refused: Refused,
    *,
    work: Work | None = None,
    trouble: str = "",
    status: int = 200,
) -> HttpResponse:
    keys = [*(Field(Sort.MARK, one.pk).key for one in desk.works), GRADE]
    rows = [
        Row(
            pupil,
            tuple(cell(desk, pupil, key, refused) for key in keys),
            figure(desk.results[pupil.student_id].computed)
            if pupil.student_id in desk.results
            else "",
        )
        for pupil in desk.pupils
    ]
    context = writing(place, desk) | grid(rows, refused, place_of(desk), _labels(desk))
    context |= {
        "figures": desk.figures,
        "group_average": figure(desk.figures.average) if desk.figures else "",
        "work": work or Work("", _first_day(desk.period).isoformat()),
        "trouble": trouble,
    }
    return render(request, "bulletins/marks.html", context, status=status)


def _labels(desk: Desk) -> dict[str, str]:
    return {Field(Sort.MARK, one.pk).key: str(one) for one in desk.works}


def _first_day(period: Period) -> date:
    """The day proposed for a piece of work: today, inside the period."""
    return min(period.end, max(period.start, timezone.localdate()))


@PAGE
@in_service
def appraisals(
    request: HttpRequest, place: PeriodPlace, found: Service, period: Period
) -> HttpResponseBase:
    """The appraisals of a service, pupil by pupil. Twelve queries at most, doors aside."""

    def show(desk: Desk, refused: Refused, status: int) -> HttpResponse:
        return _appraisals(request, place, desk, refused, status=status)

    read = partial(desk_of, found, period, place.school)
    return answered(request, place, read, show, "bulletins:appraisals")


def _appraisals(
    request: HttpRequest, place: PeriodPlace, desk: Desk, refused: Refused, *, status: int = 200
) -> HttpResponse:
    rows = [
        Row(
            pupil,
            (cell(desk, pupil, APPRAISAL, refused),),
            figure(desk.results[pupil.student_id].value)
            if pupil.student_id in desk.results
            else "",
        )
        for pupil in desk.pupils
    ]
    context = writing(place, desk) | grid(rows, refused, place_of(desk), _labels(desk))
    context["limit"] = appraisal_max_of(place.school)
    return render(request, "bulletins/appraisals.html", context, status=status)


@PAGE
@in_period
def general(request: HttpRequest, place: PeriodPlace, division: int) -> HttpResponseBase:
    """The general appraisals of a division. Four queries, doors aside."""
    found, period = division_in(place, division)
    if not can_write_general(place.actor, found):
        raise PermissionDenied
    if request.method == "POST":
        return _save_general(request, place, found, period)
    return _general(request, place, found, period, {})


def _general(
    request: HttpRequest,
    place: PeriodPlace,
    division: Division,
    period: Period,
    refused: Refused,
    *,
    status: int = 200,
) -> HttpResponse:
    pupils, texts = general_texts(division, period, place.school)
    rows = []
    for pupil in pupils:
        where = (pupil.student_id, GENERAL)
        rows.append(Row(pupil, (Cell(*where, texts.get(where, ""), refused.get(where)),)))
    reason = closed_reason(period)
    context = {"division": division, "period": period, "reason": reason, "open": not reason}
    context |= grid(rows, refused, (division.pk, None)) | {"limit": GENERAL_APPRAISAL_MAX}
    return render(request, "bulletins/general.html", context, status=status)


def _save_general(
    request: HttpRequest,
    place: PeriodPlace,
    division: Division,
    period: Period,
) -> HttpResponseBase:
    pupils, _ = general_texts(division, period, place.school)
    students = [one.student_id for one in pupils]
    try:
        typed = read_typed(request.POST)
        answers = record_general(
            division, period, typed, pupils=students, now=timezone.now(), by=place.actor
        )
    except Unreadable as unreadable:
        raise BadRequest from unreadable
    except Closed as refusal:
        answers = [Answer(one, phrase=refusal.phrase) for one in typed]
    refused = refused_by_place(answers)
    if refused:
        return _general(request, place, division, period, refused, status=refusal_status(answers))
    tell_saved(request, answers)
    return redirect("bulletins:general", place.school.uai, place.number, division.pk)


@require_http_methods(["POST"])
@in_service
def add_work(
    request: HttpRequest, place: PeriodPlace, found: Service, period: Period
) -> HttpResponseBase:
    """Add a piece of work: `intitule`, `jour`, `coefficient`."""
    typed = _work(request)
    try:
        made = add_assessment(found, period, typed, by=place.actor)
    except NotYours as refusal:
        raise PermissionDenied from refusal
    except (BadChoice, Closed) as refusal:
        desk = desk_of(found, period, place.school)
        return _marks(request, place, desk, {}, work=typed, trouble=refusal.phrase, status=422)
    messages.success(request, f"Devoir ajouté : {made}.")
    return redirect("bulletins:marks", place.school.uai, place.number, found.pk)


def _work(request: HttpRequest, prefix: str = "") -> Work:
    sent = request.POST
    return Work(
        sent.get(f"{prefix}intitule", ""),
        sent.get(f"{prefix}jour", ""),
        sent.get(f"{prefix}coefficient", ""),
    )


@PAGE
@in_service
def work(
    request: HttpRequest, place: PeriodPlace, found: Service, period: Period, assessment: int
) -> HttpResponseBase:
    """One piece of work: changed, or removed with its marks (`faire`)."""
    held = assessment_of(assessment, found, period)
    if held is None:
        raise Http404
    if not can_write_in(place.actor, found):
        raise PermissionDenied
    if request.method != "POST":
        return _work_page(request, held, Work.of(held))
    try:
        return _change_work(request, place, held)
    except (BadChoice, Closed) as refusal:
        return _work_page(request, held, _work(request), refusal.phrase, status=422)
    except WorkChanged as refusal:
        again = assessment_of(assessment, found, period)
        if again is None:
            messages.error(request, refusal.phrase)
            return redirect("bulletins:marks", place.school.uai, place.number, found.pk)
        return _work_page(request, again, _work(request), refusal.phrase, status=409)


def _change_work(request: HttpRequest, place: PeriodPlace, held: Assessment) -> HttpResponseBase:
    if request.POST.get("faire") == "supprimer":
        remove_assessment(held, marks=request.POST.get("notes", ""), by=place.actor)
        messages.success(request, f"Devoir supprimé : {held}.")
    else:
        done = edit_assessment(held, _work(request), seen=_work(request, "vu_"), by=place.actor)
        messages.success(request, "Le devoir est enregistré." if done else "Rien n’a changé.")
    return redirect("bulletins:marks", place.school.uai, place.number, held.service_id)


def _work_page(
    request: HttpRequest,
    held: Assessment,
    typed: Work,
    refused: str = "",
    *,
    status: int = 200,
) -> HttpResponse:
    context = {
        "assessment": held,
        "typed": typed,
        "stands": Work.of(held),
        "marks": marks_seen(held),
        "refused": refused,
        "reason": closed_reason(held.period),
    }
    return render(request, "bulletins/work.html", context, status=status)
