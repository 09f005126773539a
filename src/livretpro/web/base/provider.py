"""Signing in by the provider of the school: going there, coming back (spec 08; ADR 18)."""

import logging
from http import HTTPStatus

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.account.utils import get_next_redirect_url
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from livretpro.accounts.openid.answers import ProviderFails
from livretpro.accounts.openid.identity import BadToken, Identity
from livretpro.schools.provider_links import NOT_BELIEVED, Refused, come_in, tell_refusal
from livretpro.web.base.exchange import LINK, SIGN_IN, GivenUp, NotAsked, configured, exchange
from livretpro.web.base.provider_link import keep_to_confirm
from livretpro.web.base.provider_pages import failed, leave, refused
from livretpro.web.base.sign_in import PROVIDER

log = logging.getLogger(__name__)


@login_not_required
@never_cache
@require_POST
def sign_in(request: HttpRequest) -> HttpResponse:
    """Go to the provider, to come back signed in."""
    if request.user.is_authenticated:
        return redirect("home")
    return leave(request, SIGN_IN, next_url=get_next_redirect_url(request))


@login_not_required
@never_cache
@require_safe
def back(request: HttpRequest) -> HttpResponse:
    """What the provider answers, by the browser: opens a session, or a link to confirm."""
    try:
        return _answered(request)
    except NotAsked as refusal:
        return refused(request, refusal.phrase, HTTPStatus.BAD_REQUEST)
    except ProviderFails as failure:
        return failed(request, failure)
    except BadToken as refusal:
        _tell(refusal)
        return refused(request, refusal.phrase, HTTPStatus.FORBIDDEN)
    except (GivenUp, Refused) as refusal:
        return refused(request, refusal.phrase, HTTPStatus.FORBIDDEN)


def _answered(request: HttpRequest) -> HttpResponse:
    talk = exchange(request)
    state = talk.asked()
    identity = talk.identity(state)
    if state["process"] == LINK:
        return keep_to_confirm(request, identity, by=state["data"]["by"])
    if request.user.is_authenticated:  # meanwhile, in another tab
        return redirect("home")
    return _signed_in(request, identity, next_url=state.get("next"))


def _signed_in(request: HttpRequest, identity: Identity, *, next_url: str | None) -> HttpResponse:
    """Open the session as a password does: the second factor is asked of those who have one."""
    user = come_in(identity, provider=configured(), now=timezone.now())
    record_authentication(request, user, PROVIDER, through=configured().label)
    answer: HttpResponse = perform_login(request, Login(user, redirect_url=next_url))
    return answer


def _tell(refusal: BadToken) -> None:
    log.warning("the answer of the provider is not believed: %s", refusal.cause)
    told = Refused(NOT_BELIEVED)
    tell_refusal(told, identity=None, on=timezone.localdate())
