"""What every page needs for its header."""

from typing import Any

from django.http import HttpRequest

from livretpro.web.base.exporting import running_export
from livretpro.web.base.help_pages import help_of
from livretpro.web.base.menu import menu_of
from livretpro.web.base.place import Place


def shell(request: HttpRequest) -> dict[str, Any]:
    """Place, menu, help and the roles of the person, in words; the export under way. No query."""
    place: Place | None = getattr(request, "place", None)
    view_name = request.resolver_match.view_name if request.resolver_match else ""
    return {
        "place": place,
        "menu": menu_of(place, view_name),
        "help": help_of(view_name, request.GET.get("vue", "")),
        "roles": _roles(place),
        "running_export": running_export(request, place),
    }


def _roles(place: Place | None) -> str:
    if place is None:
        return ""
    return ", ".join(sorted(role.label for role in place.actor.roles))
