"""Livrets as PDF; POSTs, since the journal tells who printed what."""

from collections.abc import Callable
from datetime import date

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from livretpro.livrets.printing import NothingToPrint, print_division, print_livret
from livretpro.printed import Printed
from livretpro.schools.queries import enrolment_in
from livretpro.web.suivi.asking import division_of
from livretpro.web.suivi.doors import in_diploma
from livretpro.web.suivi.place import DiplomaPlace


@require_POST
@in_diploma
def livret(request: HttpRequest, place: DiplomaPlace, enrolment: int) -> HttpResponseBase:
    """The livret of a pupil."""
    pupil = enrolment_in(place.actor, place.year, place.diploma.cfd, enrolment)
    if pupil is None:
        raise Http404

    def make() -> Printed:
        return print_livret(pupil, place.year, place.diploma, by=place.actor, on=_today())

    return _answer(request, make, "suivi:livret", (place.school.uai, place.path, pupil.pk))


@require_POST
@in_diploma
def division(request: HttpRequest, place: DiplomaPlace, division: int) -> HttpResponseBase:
    """Every livret of a division that this person sees, in one file."""
    found = division_of(place, division)

    def make() -> Printed:
        return print_division(found, place.year, place.diploma, by=place.actor, on=_today())

    return _answer(request, make, "suivi:division", (place.school.uai, place.path, found.pk))


def _answer(
    request: HttpRequest,
    make: Callable[[], Printed],
    back: str,
    of: tuple[object, ...],
) -> HttpResponseBase:
    """The file, or the page again with the reason why there is none."""
    try:
        printed = make()
    except NothingToPrint as refusal:
        messages.error(request, refusal.phrase)
        return redirect(back, *of)
    answer = HttpResponse(printed.content, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{printed.file_name}"'
    return answer


def _today() -> date:
    return timezone.localdate()
