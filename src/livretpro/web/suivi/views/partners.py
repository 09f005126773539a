"""Software of others that reads the school: who may, since when, the secret shown once."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from livretpro.partners.actions import BadName, create_client, revoke_client
from livretpro.partners.permissions import can_manage_partners
from livretpro.partners.queries import client_of, clients_of
from livretpro.web.base.doors import in_school
from livretpro.web.base.place import Place


@require_http_methods(["GET", "HEAD", "POST"])
@in_school
def partners(request: HttpRequest, place: Place) -> HttpResponseBase:
    """The accesses of the school; a POST makes one (`nom`). One query, doors aside.

    The page that answers the POST shows the secret, which is kept nowhere.
    """
    _managers_only(place)
    if request.method != "POST":
        return _page(request, place)
    name = request.POST.get("nom", "")
    try:
        made = create_client(name, by=place.actor)
    except BadName as bad:
        return _page(request, place, status=422, typed=name, trouble=bad.phrase)
    context = {"made": made, "address": settings.LIVRETPRO_URL}
    return render(request, "suivi/partner_secret.html", context)


@require_POST
@in_school
def revoke(request: HttpRequest, place: Place, partner: int) -> HttpResponseBase:
    """Close an access at once."""
    _managers_only(place)
    client = client_of(place.actor, partner)
    if client is None:
        raise Http404
    if revoke_client(client, by=place.actor, now=timezone.now()):
        messages.success(request, f"L’accès de {client.name} est révoqué.")
    else:
        messages.info(request, f"L’accès de {client.name} était déjà révoqué.")
    return redirect("suivi:partners", place.school.uai)


def _managers_only(place: Place) -> None:
    if not can_manage_partners(place.actor):
        raise PermissionDenied


def _page(request: HttpRequest, place: Place, *, status: int = 200, **more: Any) -> HttpResponse:
    context = {"clients": clients_of(place.actor), **more}
    return render(request, "suivi/partners.html", context, status=status)
