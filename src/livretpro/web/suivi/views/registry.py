"""« Dépôt au registre »: where the registry of the school is, and sending a version there."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from livretpro.lsl_export.depositing import (
    BadConnection,
    NoConnection,
    connection_of,
    save_connection,
    start_deposit,
)
from livretpro.web.base.doors import in_school
from livretpro.web.base.place import Place
from livretpro.web.suivi.asking import heads_only, version_of
from livretpro.web.suivi.doors import in_diploma
from livretpro.web.suivi.place import DiplomaPlace


@require_http_methods(["GET", "HEAD", "POST"])
@in_school
def connection(request: HttpRequest, place: Place) -> HttpResponseBase:
    """The address of the registry and a token that is never shown. One query, doors aside."""
    heads_only(place)
    if request.method != "POST":
        return _page(request, place)
    posted = request.POST
    try:
        save_connection(
            posted.get("adresse", ""), posted.get("jeton", ""), now=timezone.now(), by=place.actor
        )
    except BadConnection as refusal:
        return _page(request, place, refused=refusal.phrase)
    messages.success(request, "L’adresse du registre est enregistrée.")
    return redirect("suivi:registry", place.school.uai)


@require_POST
@in_diploma
def deposit(request: HttpRequest, place: DiplomaPlace, version: int) -> HttpResponseBase:
    """Send a version to the registry, in the background."""
    found = version_of(place, version)
    try:
        start_deposit(found, by=place.actor)
    except NoConnection as refusal:
        messages.error(request, refusal.phrase)
    else:
        messages.success(request, "Le dépôt est demandé : son bilan sera ici.")
    return redirect("suivi:rehearsal", place.school.uai, place.path, found.pk)


def _page(request: HttpRequest, place: Place, *, refused: str = "") -> HttpResponse:
    held = connection_of(place.school)
    typed = request.POST.get("adresse", held.base_url if held else "")
    context = {
        "held": held,
        "address": typed,
        "in_clear": held is not None and held.base_url.startswith("http://"),
        "refused": refused,
    }
    return render(request, "suivi/registry.html", context, status=422 if refused else 200)
