"""The pupils of a division and what CPRO would know them by."""

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from livretpro.bulletins.queries.pupils import pupils_of
from livretpro.schools.queries import visible_division
from livretpro.web.base.place import Place
from livretpro.web.bulletins.doors import configuring


@require_safe
@configuring
def pupils(request: HttpRequest, place: Place, division: int) -> HttpResponseBase:
    """Everybody enrolled in a division, those without INE first. Two queries, doors aside."""
    found = visible_division(place.actor, division)
    if found is None:
        raise Http404
    context = {"division": found, "pupils": pupils_of(found)}
    return render(request, "bulletins/pupils.html", context)
