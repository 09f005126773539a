"""« Jetons de dépôt »: the software that deposits files by itself; each secret is shown once."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from livretpro.lsl_registry.deposits import BadName, make_token, revoke_token, token_of, tokens_of
from livretpro.web.registre.doors import at_registre
from livretpro.web.registre.place import RegistrePlace


@require_http_methods(["GET", "HEAD", "POST"])
@at_registre
def tokens(request: HttpRequest, place: RegistrePlace) -> HttpResponseBase:
    """The tokens of the school; a POST makes one (`nom`). One query, doors aside.

    The page that answers the POST shows the secret, which is kept nowhere.
    """
    if request.method != "POST":
        return _page(request, place)
    name = request.POST.get("nom", "")
    try:
        made = make_token(name, by=place.actor)
    except BadName as bad:
        return _page(request, place, status=422, typed=name, trouble=bad.phrase)
    context = {"made": made, "address": settings.LIVRETPRO_URL}
    return render(request, "registre/token_secret.html", context)


@require_POST
@at_registre
def revoke(request: HttpRequest, place: RegistrePlace, token: int) -> HttpResponseBase:
    """Close a token at once."""
    found = token_of(token, by=place.actor)
    if found is None:
        raise Http404
    if revoke_token(found, by=place.actor, now=timezone.now()):
        messages.success(request, f"Le jeton de {found.name} est révoqué.")
    else:
        messages.info(request, f"Le jeton de {found.name} était déjà révoqué.")
    return redirect("registre:tokens", place.school.uai)


def _page(
    request: HttpRequest, place: RegistrePlace, *, status: int = 200, **more: Any
) -> HttpResponse:
    context = {"tokens": tokens_of(place.actor), **more}
    return render(request, "registre/tokens.html", context, status=status)
