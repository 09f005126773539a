"""« Mon compte »: linking one's account to the provider's, and parting them (ADR 18)."""

import time
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from livretpro.accounts.models import User
from livretpro.accounts.openid.identity import Identity
from livretpro.schools import provider_links
from livretpro.schools.queries import second_factor_is_asked
from livretpro.web.base.exchange import LINK, NotAsked, configured
from livretpro.web.base.person import person
from livretpro.web.base.provider_pages import leave
from livretpro.web.base.second_factor import MFA

PASSWORD = "password"  # noqa: S105 (allauth's word for the way in)
WAITING = "provider_link"
WAITING_SECONDS = 600
ANOTHER_WAY_IN = (
    "Pour relier votre compte, déconnectez-vous puis reconnectez-vous avec votre mot de passe "
    "LivretPro."
)
NO_OTHER_WAY_IN = (
    "Votre compte n’a pas de mot de passe LivretPro : sans cette liaison, vous ne pourriez plus "
    "vous connecter. Demandez d’abord un code à l’administrateur de votre établissement."
)


@never_cache
@require_POST
def link(request: HttpRequest) -> HttpResponse:
    """Go to the provider, to come back with the identity to link."""
    configured()
    user = person(request)
    return _kept_away(request, user) or leave(request, LINK, by=user.pk)


def keep_to_confirm(request: HttpRequest, identity: Identity, *, by: int) -> HttpResponse:
    """Keep the identity in the session until its person says that it is theirs.

    The browser may be signed in at the provider under a colleague's name. Raises `NotAsked` when
    the session is no longer that of the person who asked.
    """
    if request.user.pk != by:
        raise NotAsked
    request.session[WAITING] = {
        "by": by,
        "at": time.time(),
        "issuer": identity.issuer,
        "subject": identity.subject,
        "shown": identity.shown,
    }
    return redirect("provider_confirm")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest) -> HttpResponse:
    """Show whose identity it is; posting links it."""
    user, waiting = person(request), _waiting(request)
    if waiting is None:
        messages.error(request, NotAsked.phrase)
        return redirect("account")
    if request.method != "POST":
        context = {"shown": waiting["shown"], "provider": configured()}
        return render(request, "account/provider_confirm.html", context)
    return _kept_away(request, user) or _link(request, user, waiting)


@require_POST
def unlink(request: HttpRequest) -> HttpResponse:
    """Part my account from the provider; my other sessions end."""
    user = person(request)
    if not user.has_usable_password():
        messages.error(request, NO_OTHER_WAY_IN)
        return redirect("account")
    kept = request.session.session_key
    if provider_links.unlink(user, keep_session=kept, on=timezone.localdate()):
        messages.success(request, "La liaison est retirée ; vos autres appareils sont déconnectés.")
    return redirect("account")


def _link(request: HttpRequest, user: User, waiting: dict[str, Any]) -> HttpResponse:
    identity = Identity(issuer=waiting["issuer"], subject=waiting["subject"])
    try:
        provider_links.link(user, identity, now=timezone.now())
    except provider_links.Refused as refusal:
        messages.error(request, refusal.phrase)
    else:
        messages.success(request, "Vos comptes sont reliés.")
    del request.session[WAITING]
    return redirect("account")


def _waiting(request: HttpRequest) -> dict[str, Any] | None:
    """The identity to confirm, unless it is that of another session's person or too old."""
    waiting: dict[str, Any] | None = request.session.get(WAITING)
    if waiting is None or waiting["by"] != request.user.pk:
        return None
    return waiting if time.time() - waiting["at"] < WAITING_SECONDS else None


def _kept_away(request: HttpRequest, user: User) -> HttpResponse | None:
    """Where to go instead, unless this session gave the password, and the factor a role asks."""
    given = {record.get("method") for record in get_authentication_records(request, user)}
    if PASSWORD not in given:
        messages.error(request, ANOTHER_WAY_IN)
        return redirect("account")
    asked = settings.SECOND_FACTOR_REQUIRED and second_factor_is_asked(
        user, on=timezone.localdate()
    )
    return redirect("second_factor") if asked and MFA not in given else None
