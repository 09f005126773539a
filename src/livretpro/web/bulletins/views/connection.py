"""Where the school's CPRO is, and whether it answers."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from livretpro.bulletins.actions.connection import connection_texts, note_test, save_connection
from livretpro.bulletins.queries.connection import connection_of
from livretpro.bulletins.refusals import BadChoice
from livretpro.bulletins.remote import FAILURES, QUICK, check_school, client_of
from livretpro.bulletins.settling import Changed
from livretpro.web.base.place import Place
from livretpro.web.bulletins.doors import configuring, in_year
from livretpro.web.bulletins.keeping import (
    NOT_REFUSED,
    Filled,
    Refusal,
    sent_seen,
    sent_texts,
)


@require_http_methods(["GET", "HEAD", "POST"])
@configuring
def connection(request: HttpRequest, place: Place) -> HttpResponseBase:
    """The address, the identifier, and a secret that is never shown. One query, doors aside."""
    if request.method == "POST":
        return _save(request, place)
    return _page(request, place)


def _save(request: HttpRequest, place: Place) -> HttpResponse:
    posted = request.POST
    try:
        save_connection(
            posted.get("adresse", ""),
            posted.get("identifiant", ""),
            posted.get("secret", ""),
            seen=sent_seen(posted),
            now=timezone.now(),
            by=place.actor,
        )
    except (BadChoice, Changed) as refusal:
        return _page(request, place, Refusal.of(refusal))
    messages.success(request, "Connexion enregistrée : essayez-la.")
    return redirect("bulletins:connection", place.school.uai)


def _page(request: HttpRequest, place: Place, refused: Refusal = NOT_REFUSED) -> HttpResponse:
    held = connection_of(place.school)
    form = Filled.fresh(stands := {"adresse": "", "identifiant": "", **connection_texts(held)})
    if refused:
        typed = sent_texts(request.POST, ("adresse", "identifiant"))
        if request.POST.get("secret"):
            typed = {**typed, "secret": "saisi"}
        form = Filled.again(stands, typed, sent_seen(request.POST), refused)
    context = {
        "held": held,
        "form": form,
        "in_clear": held is not None and held.base_url.startswith("http://"),
        "refused": refused,
    }
    return render(request, "bulletins/connection.html", context, status=refused.status)


@require_POST
@configuring
def connection_test(request: HttpRequest, place: Place) -> HttpResponseBase:
    """Ask CPRO whose data the credentials open."""
    failure = ""
    try:
        check_school(client_of(place.school, QUICK), in_year(place))
    except FAILURES as refusal:
        failure = refusal.phrase
    note_test(failure, now=timezone.now(), by=place.actor)
    if failure:
        messages.error(request, failure)
    else:
        messages.success(request, "CPRO répond, pour cet établissement et cette année.")
    return redirect("bulletins:connection", place.school.uai)
