"""A forgotten password: a one-time code by mail, the same answer whoever asks (spec 08)."""

from allauth.core.internal.ratelimit import get_ip
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from livretpro.accounts.actions import standing_code
from livretpro.accounts.mail import reachable
from livretpro.accounts.queries import person
from livretpro.schools.tasks import send_code
from livretpro.web.base.forms import ForgottenForm, focus_on_error
from livretpro.web.base.throttling import TooMany, count_try

TRIES, WINDOW = 5, 3600
"""Mails asked for one account from one address, per hour: a stranger elsewhere closes nothing."""
TOO_MANY = (
    "Trop de demandes pour cet identifiant depuis ce réseau : réessayez dans une heure, ou "
    "demandez un code à l’administrateur de votre établissement."
)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def forgotten(request: HttpRequest) -> HttpResponse:
    """Ask for a code. Nothing tells whether the account exists, nor whether it has an address."""
    form = ForgottenForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            _send(form.cleaned_data["identifiant"], get_ip(request))
        except TooMany:
            form.add_error("identifiant", TOO_MANY)
        else:
            return render(request, "account/forgotten_sent.html")
    focus_on_error(form)
    context = {"form": form, "by_mail": bool(settings.EMAIL_HOST)}
    return render(request, "account/forgotten.html", context, status=422 if form.errors else 200)


def _send(identifier: str, address: str) -> None:
    """Have the mail sent in the background. Raises `TooMany`, whether or not the account exists.

    Who never chose a password keeps the code of the slip: asking ends a former code.
    """
    who = f"{identifier.strip()} {address}"
    count_try("mot de passe oublié", who, tries=TRIES, window=WINDOW)
    user = person(identifier)
    if user and user.is_active and reachable(user) and user.has_usable_password():
        send_code.defer(user_id=user.pk, keep_access=True, replaces=standing_code(user))
