"""Where a person starts: their schools; and what this instance is."""

from importlib.metadata import version

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from livretpro.readiness import database_version
from livretpro.referentiels.models import Nomenclature
from livretpro.referentiels.queries import NoNomenclature, nomenclature_in_use
from livretpro.schools.models import School
from livretpro.web.base.doors import in_school, last_place
from livretpro.web.base.help_pages import GLOSSARY, GROUPS, PAGES
from livretpro.web.base.person import person
from livretpro.web.base.place import Place
from livretpro.web.base.queries import schools_of
from livretpro.web.base.systems import systems


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Lead to the school at work: the last one opened, else the only one, else the choice; without
    any, to where a system expects this person."""
    found = _schools(request)
    if not found:
        office = next(filter(None, (system.office(request) for system in systems())), "")
        return redirect(office) if office else render(request, "base/no_role.html")
    last = last_place(request.session)[:1]
    at_work = [school for school in found if school.uai in last] or found
    return redirect("school", at_work[0].uai) if len(at_work) == 1 else redirect("schools")


@require_safe
def schools(request: HttpRequest) -> HttpResponse:
    """The choice of a school, for those who work in several."""
    return render(request, "base/schools.html", {"schools": _schools(request)})


@require_safe
@in_school
def school(request: HttpRequest, place: Place) -> HttpResponseBase:
    """Lead to where work starts in a school, in the first system that has something for the reader;
    an administrator who follows nobody, to the imports."""
    if place.actor.is_administrator and not place.actor.follows_pupils:
        return redirect("imports", uai=place.school.uai)
    pages = (system.first_page(request, place) for system in systems())
    return redirect(next(filter(None, pages), "account"))


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


def _schools(request: HttpRequest) -> list[School]:
    return schools_of(person(request), on=timezone.localdate())


def _nomenclature() -> Nomenclature | None:
    try:
        return nomenclature_in_use()
    except NoNomenclature:
        return None
