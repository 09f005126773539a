"""What every page needs for its header."""

from typing import Any

from django.http import HttpRequest

from livretpro.web.base.exporting import running_export
from livretpro.web.base.menu import menu_of
from livretpro.web.base.place import Place


def shell(request: HttpRequest) -> dict[str, Any]:
    """Place, menu and the roles of the person, in words; the export under way. No query here."""
    place: Place | None = getattr(request, "place", None)
    match = request.resolver_match
    return {
        "place": place,
        "menu": menu_of(place, match.view_name if match else ""),
        "roles": _roles(place),
        "running_export": running_export(request, place),
    }


def _roles(place: Place | None) -> str:
    if place is None:
        return ""
    return ", ".join(sorted(role.label for role in place.actor.roles))
