"""The dashboard of the head and the DDFPT: what can leave, what blocks, where to click."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from livretpro.livrets.boards import boards
from livretpro.livrets.permissions import can_configure
from livretpro.lsl_export.queries import versions
from livretpro.schools.queries import pupils_of_diploma
from livretpro.web.base.doors import in_diploma
from livretpro.web.base.place import DiplomaPlace
from livretpro.web.suivi.dashboard_rows import level_lines, nature_lines, tally_of


@require_safe
@in_diploma
def dashboard(request: HttpRequest, place: DiplomaPlace) -> HttpResponse:
    """The dashboard LSL Pro of a diploma: five queries, doors aside."""
    if not can_configure(place.actor):
        raise PermissionDenied
    pupils = pupils_of_diploma(place.actor, place.year, place.diploma.cfd)
    found = boards(pupils, place.year, {place.diploma.cfd: place.diploma})
    exported = versions(place.year, place.diploma.cfd, by=place.actor)
    context = {
        "levels": level_lines(found, exported, today=timezone.localdate()),
        "tally": tally_of("", found),
        "untouched": [board for board in found if board.nothing_entered],
        "boards": found,
        "mandatory": nature_lines(found, mandatory=True),
        "optional": nature_lines(found, mandatory=False),
    }
    return render(request, "suivi/dashboard.html", context)
