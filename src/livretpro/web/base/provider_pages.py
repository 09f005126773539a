"""The two pages between LivretPro and the provider: leaving for it, and being refused."""

import logging
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from livretpro.accounts.openid.answers import ProviderFails
from livretpro.web.base.exchange import configured, exchange

log = logging.getLogger(__name__)


def leave(
    request: HttpRequest, purpose: str, *, next_url: str | None = None, by: int | None = None
) -> HttpResponse:
    """A page that leads to the provider at once; 503 when it does not answer.

    Not a redirection: browsers hold those that follow a form to `form-action`, and a provider may
    itself send to others.
    """
    try:
        address = exchange(request).go(purpose=purpose, next_url=next_url, by=by)
    except ProviderFails as failure:
        return failed(request, failure)
    context = {"address": address, "provider": configured()}
    return render(request, "account/provider_leave.html", context)


def failed(request: HttpRequest, failure: ProviderFails) -> HttpResponse:
    """503: the provider is at fault; told in the technical log, not in the journal."""
    log.warning("the provider fails: %s", failure.cause)
    return refused(request, failure.phrase, HTTPStatus.SERVICE_UNAVAILABLE)


def refused(request: HttpRequest, phrase: str, status: HTTPStatus) -> HttpResponse:
    """Why it ends here, and where to go."""
    context = {"phrase": phrase, "provider": configured()}
    return render(request, "account/provider_refused.html", context, status=status)
