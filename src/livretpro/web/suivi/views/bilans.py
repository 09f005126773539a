"""The bilans of a period of a division: typed in a grid, published, taken back."""

from collections.abc import Mapping

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from livretpro.livrets.actions import (
    NotPublishable,
    NotYoursToPublish,
    publish_period,
    take_period_back,
)
from livretpro.livrets.fields import appraisal_key
from livretpro.partners.queries import ServedApart, served_apart
from livretpro.schools.actors import Actor
from livretpro.web.base.asking import is_key
from livretpro.web.suivi.asking import division_of
from livretpro.web.suivi.doors import acting, diploma_place, in_diploma, split_path
from livretpro.web.suivi.grid.bilan import BilanPage, bilan_page, bilan_pupils
from livretpro.web.suivi.grid.page import changed_rows, told_in
from livretpro.web.suivi.grid.typing import Trouble
from livretpro.web.suivi.place import DiplomaPlace
from livretpro.web.suivi.views.division import filled_column, of_year

APPRAISALS = "appreciations"
NUMBERS = range(1, 4)


@require_http_methods(["GET", "HEAD", "POST"])
@in_diploma
def bilan(
    request: HttpRequest, place: DiplomaPlace, division: int, number: int
) -> HttpResponseBase:
    """The bilans of a period, as a grid or as appraisals (`?vue=`); `?colonne=` is the field filled
    alone. A POST fills one field of the class, `champ`, in a browser without JavaScript."""
    found = division_of(place, division)
    _check(number)
    if request.method != "POST":
        page = bilan_page(place, found, number, wanted=request.GET.get("colonne", ""))
        return _shown(request, page, request.GET.get("vue", ""))

    def again(key: str, troubles: Mapping[int, Trouble], view: str) -> HttpResponse:
        page = bilan_page(place, found, number, wanted=key, troubles=troubles)
        return _shown(request, page, view, status=409)

    return filled_column(
        request,
        bilan_pupils(place, found),
        by=place.actor,
        texts=(appraisal_key(number), APPRAISALS),
        address=_address(place, division, number),
        again=again,
    )


@require_POST
@in_diploma
def publish(request: HttpRequest, place: DiplomaPlace, division: int, number: int) -> HttpResponse:
    """Publish the period, or take it back (`reprendre`)."""
    found = division_of(place, division)
    _check(number)
    back = "reprendre" in request.POST
    act = take_period_back if back else publish_period
    try:
        act(found, number, by=place.actor)
    except NotYoursToPublish as refusal:
        raise PermissionDenied from refusal
    except NotPublishable as refusal:
        messages.error(request, refusal.phrase)
    else:
        words = "n’est plus publiée" if back else "est publiée"
        messages.success(request, f"La période {number} de {found} {words}.")
    return redirect(_address(place, division, number))


@require_safe
@acting
def changes(
    request: HttpRequest, actor: Actor, path: str, division: int, number: int
) -> JsonResponse:
    """What changed since `?depuis=`, for the page that stays open: three queries when nothing did,
    session and user aside."""
    cfd, year = split_path(actor, path)
    found = of_year(actor, division, year)
    _check(number)
    since = request.GET.get("depuis", "")
    if not is_key(since):
        raise BadRequest
    latest, told = told_in(found, cfd, actor.school.uai, after=int(since))
    if not told:
        return JsonResponse({"curseur": latest})
    page = bilan_page(diploma_place(actor, path), found, number)
    return JsonResponse({"curseur": latest} | changed_rows(page, told))


def _check(number: int) -> None:
    if number not in NUMBERS:
        raise Http404


def _address(place: DiplomaPlace, division: int, number: int) -> str:
    return reverse("suivi:bilan", args=[place.school.uai, place.path, division, number])


def _apart(page: BilanPage) -> ServedApart:
    """Who is served without being on the page, or the other way round."""
    if page.whole is None or page.place.former or page.period is None:
        return ServedApart()
    at = page.publication.published_at if page.publication else timezone.now()
    present = [sheet.enrolment for sheet in page.whole.sheets]
    return served_apart(page.division, page.number, present, at=at)


def _shown(request: HttpRequest, page: BilanPage, view: str, *, status: int = 200) -> HttpResponse:
    if page.periods and page.period is None:
        raise Http404
    texts = view == APPRAISALS
    template = "suivi/bilan_appreciations.html" if texts else "suivi/bilan.html"
    context = {"page": page, "view": APPRAISALS if texts else "", "apart": _apart(page)}
    return render(request, template, context, status=status)
