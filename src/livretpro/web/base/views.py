"""Where a person starts: their schools, their diplomas; and what this instance is."""

from importlib.metadata import version

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from livretpro.readiness import database_version
from livretpro.referentiels.models import Diploma, Nomenclature
from livretpro.referentiels.queries import NoNomenclature, nomenclature_in_use
from livretpro.schools.models import School
from livretpro.web.base.doors import in_school, last_place
from livretpro.web.base.help_pages import GLOSSARY, GROUPS, PAGES
from livretpro.web.base.person import person
from livretpro.web.base.place import Place
from livretpro.web.base.queries import diplomas_of, schools_of


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Lead to the school at work: the last one opened, else the only one, else the choice."""
    found = _schools(request)
    if not found:
        return render(request, "base/no_role.html")
    last, _ = last_place(request.session)
    at_work = [school for school in found if school.uai == last] or found
    return redirect("school", at_work[0].uai) if len(at_work) == 1 else redirect("schools")


@require_safe
def schools(request: HttpRequest) -> HttpResponse:
    """The choice of a school, for those who work in several."""
    return render(request, "base/schools.html", {"schools": _schools(request)})


@require_safe
@in_school
def school(request: HttpRequest, place: Place) -> HttpResponseBase:
    """Lead to the first page of a school: the last diploma, the only one, or the choice."""
    if place.actor.is_administrator and not place.actor.follows_pupils:
        return redirect("suivi:imports", uai=place.school.uai)
    found = diplomas_of(place.actor)
    _, last = last_place(request.session)
    at_work = [diploma for diploma in found if diploma.cfd == last] or found
    if len(at_work) == 1:
        return redirect(first_page(place, at_work[0]))
    return redirect("choose", uai=place.school.uai)


@require_safe
@in_school
def choose(request: HttpRequest, place: Place) -> HttpResponseBase:
    """The choice of a diploma among those of the pupils this person follows."""
    choices = [(d, first_page(place, d)) for d in diplomas_of(place.actor)]
    other_schools = len(_schools(request)) > 1
    context = {"choices": choices, "other_schools": other_schools}
    return render(request, "base/choose.html", context)


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """Version, licence, nomenclature in use, conformity, what to say of a problem. One query."""
    context = {
        "version": version("livretpro"),
        "nomenclature": _nomenclature(),
        "no_nomenclature": NoNomenclature.phrase,
        "database": database_version(),
    }
    return render(request, "base/about.html", context)


@require_safe
def keyboard(request: HttpRequest) -> HttpResponse:
    """The keys that act on each page; alone, for the dialog that shows them over a page."""
    asks_part = request.headers.get("HX-Request") == "true"
    return render(request, "base/keyboard_dialog.html" if asks_part else "base/keyboard.html")


@require_safe
def help_index(request: HttpRequest) -> HttpResponse:
    """Every page of help, by what one wants to do."""
    return render(request, "help/index.html", {"groups": GROUPS, "glossary": GLOSSARY})


@require_safe
def help_page(request: HttpRequest, slug: str) -> HttpResponse:
    """A page of help; anybody signed in may read all of them."""
    page = PAGES.get(slug)
    if page is None:
        raise Http404
    context = {"page": page, "groups": GROUPS, "glossary": GLOSSARY}
    return render(request, page.template, context)


def first_page(place: Place, diploma: Diploma) -> str:
    """Where the work on a diploma starts: the dashboard for the head and DDFPT, else the entry."""
    name = "suivi:dashboard" if place.actor.is_head else "suivi:entry"
    return reverse(name, kwargs={"uai": place.school.uai, "cfd": diploma.cfd})


def _schools(request: HttpRequest) -> list[School]:
    return schools_of(person(request), on=timezone.localdate())


def _nomenclature() -> Nomenclature | None:
    try:
        return nomenclature_in_use()
    except NoNomenclature:
        return None
