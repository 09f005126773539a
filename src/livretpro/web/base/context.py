"""What every page needs for its header."""

from typing import Any

from django.http import HttpRequest

from livretpro.web.base.help_pages import help_of
from livretpro.web.base.menu import Menu, shared
from livretpro.web.base.place import Place
from livretpro.web.base.systems import systems


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
    }
    if place is None:
        return shown
    for system in systems():
        shown["menu"] += system.menu(place, view_name)
        header = system.header(request, place)
        shown["above_page"] += header.above_page
        shown["in_band"] += header.in_band
        shown |= header.context
    shown["menu"] += shared(place, view_name)
    shown["roles"] = ", ".join(sorted(role.label for role in place.actor.roles))
    return shown
