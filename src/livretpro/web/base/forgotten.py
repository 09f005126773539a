"""A forgotten password: a one-time code by mail, the same answer whoever asks (spec 08)."""

import hashlib

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from livretpro.accounts.queries import person
from livretpro.schools.tasks import send_code
from livretpro.web.base.forms import ForgottenForm, focus_on_error

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
    if not settings.EMAIL_HOST or _asked(identifier) > TRIES:
        return
    user = person(identifier)
    if user is not None and user.is_active and user.email and user.has_usable_password():
        send_code.defer(user_id=user.pk, keep_access=True)


def _asked(identifier: str) -> int:
    """How many times this account asked within the hour, this one included."""
    key = f"forgotten-{hashlib.sha256(identifier.lower().encode()).hexdigest()}"
    count = int(cache.get(key, 0)) + 1
    cache.set(key, count, WINDOW)
    return count
