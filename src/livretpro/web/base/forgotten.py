"""A forgotten password: a one-time code by mail, the same answer whoever asks (spec 08)."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from livretpro.accounts.mail import reachable
from livretpro.accounts.queries import person
from livretpro.schools.tasks import send_code
from livretpro.web.base.forms import ForgottenForm, focus_on_error
from livretpro.web.base.throttling import TooMany, count_try

TRIES, WINDOW = 5, 3600
"""Mails asked for one account, per hour, wherever they are asked from."""


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def forgotten(request: HttpRequest) -> HttpResponse:
    """Ask for a code. Nothing tells whether the account exists, nor whether it has an address."""
    form = ForgottenForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        _send(form.cleaned_data["identifiant"])
        return render(request, "account/forgotten_sent.html")
    focus_on_error(form)
    context = {"form": form, "by_mail": bool(settings.EMAIL_HOST)}
    return render(request, "account/forgotten.html", context, status=422 if form.errors else 200)


def _send(identifier: str) -> None:
    """Have the mail sent in the background, unless too many were asked.

    Who never chose a password keeps the code of the slip: asking ends a former code.
    """
    try:
        count_try("mot de passe oublié", identifier, tries=TRIES, window=WINDOW)
    except TooMany:
        return
    user = person(identifier)
    if user and user.is_active and reachable(user) and user.has_usable_password():
        send_code.defer(user_id=user.pk, keep_access=True)
