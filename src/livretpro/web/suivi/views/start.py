"""Where the work of Suivi starts: a diploma."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from livretpro.referentiels.models import Diploma
from livretpro.schools.lines import BadChoice, NotAllowed
from livretpro.schools.mefs import close_mef, foreign_mefs, open_mef
from livretpro.schools.permissions import can_name_teachers
from livretpro.web.base.doors import in_school
from livretpro.web.base.person import person
from livretpro.web.base.place import Place
from livretpro.web.base.queries import schools_of
from livretpro.web.suivi.doors import last_diploma
from livretpro.web.suivi.queries import diplomas_of


@require_safe
@in_school
def choose(request: HttpRequest, place: Place) -> HttpResponseBase:
    """The choice of a diploma among those of the pupils this person follows."""
    choices = [(d, page_of(place, d)) for d in diplomas_of(place.actor)]
    other_schools = len(schools_of(person(request), on=timezone.localdate())) > 1
    foreign = foreign_mefs(place.actor) if can_name_teachers(place.actor) else ()
    context = {"choices": choices, "other_schools": other_schools, "foreign": foreign}
    return render(request, "suivi/choose.html", context)


@require_POST
@in_school
def foreign_mef(request: HttpRequest, place: Place) -> HttpResponseBase:
    """Open the livret to a MEF of another ministry (`mef`), or close it (`faire`)."""
    act, said = (
        (close_mef, "Le livret est fermé pour le MEF {}. Ce qui est saisi est gardé.")
        if request.POST.get("faire") == "fermer"
        else (open_mef, "Le livret est ouvert au MEF {}.")
    )
    mef = request.POST.get("mef", "")
    try:
        changed = act(mef, by=place.actor)
    except NotAllowed as refusal:
        raise PermissionDenied from refusal
    except BadChoice as refusal:
        messages.error(request, refusal.phrase)
    else:
        messages.success(request, said.format(mef) if changed else "Rien n’avait changé.")
    return redirect("suivi:choose", place.school.uai)


def first_page(request: HttpRequest, place: Place) -> str:
    """The last diploma opened, the only one, or the choice: two queries."""
    found = diplomas_of(place.actor)
    last = last_diploma(request.session)
    at_work = [diploma for diploma in found if diploma.cfd == last] or found
    if len(at_work) == 1:
        return page_of(place, at_work[0])
    return reverse("suivi:choose", kwargs={"uai": place.school.uai})


def page_of(place: Place, diploma: Diploma) -> str:
    """Where the work on a diploma starts: the dashboard for the head and DDFPT, else the entry."""
    name = "suivi:dashboard" if place.actor.is_head else "suivi:entry"
    return reverse(name, kwargs={"uai": place.school.uai, "cfd": diploma.cfd})
