"""The livrets of a division filled in a spreadsheet."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.text import slugify
from django.views.decorators.http import require_POST

from livretpro.livrets.actions import Closed, hand_out_workbook
from livretpro.schools.models import Division
from livretpro.schools.queries import visible_division
from livretpro.web.base.doors import in_diploma
from livretpro.web.base.place import DiplomaPlace
from livretpro.web.suivi.grid.page import pupils

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_POST
@in_diploma
def download(request: HttpRequest, place: DiplomaPlace, division: int) -> HttpResponseBase:
    """The workbook of a division; a POST, since the journal tells who took it."""
    found = _division(place, division)
    own = pupils(place, found)
    try:
        content = hand_out_workbook(found, place.diploma.cfd, own, by=place.actor)
    except Closed as refusal:
        messages.error(request, refusal.phrase)
        return redirect("suivi:division", place.school.uai, place.path, found.pk)
    answer = HttpResponse(content, content_type=XLSX)
    name = f"livrets-{slugify(found.code) or found.pk}-{place.year.year}.xlsx"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _division(place: DiplomaPlace, pk: int) -> Division:
    found = visible_division(place.actor, pk)
    if found is None or found.school_year_id != place.year.pk:
        raise Http404
    return found
