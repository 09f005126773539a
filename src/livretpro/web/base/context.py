"""What every page needs for its header."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from livretpro.accounts.models import User
from livretpro.web.base.doors import last_place
from livretpro.web.base.help_pages import help_of
from livretpro.web.base.menu import Menu, shared
from livretpro.web.base.place import Place
from livretpro.web.base.queries import schools_of
from livretpro.web.base.systems import line_of_all, systems


def shell(request: HttpRequest) -> dict[str, Any]:
    """Place, menu, help, the roles of the person in words, what the systems show there. No query
    before a template asks."""
    place: Place | None = getattr(request, "place", None)
    view_name = request.resolver_match.view_name if request.resolver_match else ""
    shown: dict[str, Any] = {
        "place": place,
        "menu": Menu(),
        "help": help_of(view_name, request.GET.get("vue", "")),
        "roles": "",
        "above_page": (),
        "in_band": (),
        "line_of_all": line_of_all(),
    }
    if place is None:
        return shown | {"search_uai": SimpleLazyObject(lambda: _school_to_search(request))}
    shown["search_uai"] = place.school.uai if place.actor.roles else ""
    for system in systems():
        shown["menu"] += system.menu(place, view_name)
        header = system.header(request, place)
        shown["above_page"] += header.above_page
        shown["in_band"] += header.in_band
        shown |= header.context
    shown["menu"] += shared(place, view_name)
    shown["roles"] = ", ".join(sorted(role.label for role in place.actor.roles))
    return shown


def _school_to_search(request: HttpRequest) -> str:
    """The UAI of the school that a page of none searches: the last one opened, else the first; one
    query. Empty for who has none."""
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return ""
    own = [school.uai for school in schools_of(user, on=timezone.localdate())]
    last = next(iter(last_place(request.session)), "")
    return last if last in own else next(iter(own), "")
