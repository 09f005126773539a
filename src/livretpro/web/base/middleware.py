"""What every answer carries: a reference, and no copy left in a cache."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit
from uuid import uuid4

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.http import HttpResponseClientRedirect

from livretpro.journal import requests
from livretpro.web.base import errors
from safe_input.limits import MIB

NOTHING_OF_THE_DEVICE = "camera=(), display-capture=(), geolocation=(), microphone=(), usb=()"
JSON = "application/json"
SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
GetResponse = Callable[[HttpRequest], HttpResponseBase]


def request_id(get_response: GetResponse) -> GetResponse:
    """Give the request its reference: in the journal, the logs, error pages and X-Request-ID."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        reference = uuid4().hex
        token = requests.request_id.set(reference)
        try:
            response = get_response(request)
        finally:
            requests.request_id.reset(token)
        response["X-Request-ID"] = reference
        response["Permissions-Policy"] = NOTHING_OF_THE_DEVICE
        return response

    return middleware


LARGEST = 256 * MIB  # spec 08, Hostile files
LARGEST_SIGNED_OUT = MIB


def bounded(get_response: GetResponse) -> GetResponse:
    """Refuse a body too large before anything reads it: Django would write it to the disk only to
    look for the token of its form.

    Credentials shown, not proven, give the larger bound: no query.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if "HTTP_TRANSFER_ENCODING" in request.META:
            return errors.no_length(request)
        announced = request.META.get("CONTENT_LENGTH") or ""
        size = int(announced) if announced.isdecimal() else 0
        if size > LARGEST_SIGNED_OUT:
            known = _shows_credentials(request)
            if not known or size > LARGEST:
                return errors.too_large(request, signed_in=known)
        return get_response(request)

    return middleware


def _shows_credentials(request: HttpRequest) -> bool:
    return "HTTP_AUTHORIZATION" in request.META or settings.SESSION_COOKIE_NAME in request.COOKIES


def refused_method(get_response: GetResponse) -> GetResponse:
    """Give words to a refused method: Django answers it with an empty page."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if isinstance(response, HttpResponseNotAllowed):
            return errors.refused_method(response)
        return response

    return middleware


def by_itself(get_response: GetResponse) -> GetResponse:
    """Let the idle limit run on while a page asks by itself for what is new (`X-By-Itself`): an
    open page that nobody looks at ends like any other (spec 08, Accounts)."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if request.headers.get("X-By-Itself"):
            request.session.somebody_is_there = False  # type: ignore[attr-defined]
        return get_response(request)

    return middleware


SESSION_OVER = (
    "Votre session était terminée : ce que vous veniez d’envoyer n’a pas été enregistré. "
    "Connectez-vous : vous reviendrez à la page d’où vous l’envoyiez."
)


class SignInRequired(LoginRequiredMiddleware):
    """Leads whoever is not signed in to the sign-in page, by what they were doing.

    A form sent by a session that is over is told as lost, and the way back is the page that held
    it: its own address may answer nothing but a POST. A request of htmx moves no page under text
    that is being typed: one that would have saved gets 401, one that reads leads the whole page to
    the sign-in. A script of ours that wants JSON gets 401: it keeps what was typed, and says so.
    """

    def handle_no_permission(  # type: ignore[override]  # not always a redirection
        self, request: HttpRequest, view_func: Any
    ) -> HttpResponseBase:
        """The answer to somebody who is not signed in."""
        if request.headers.get("Accept") == JSON:
            return _over()
        if request.method in SAFE:
            if request.htmx:  # type: ignore[attr-defined]
                return HttpResponseClientRedirect(_sign_in_then(_page_behind(request)))
            answer: HttpResponseBase = super().handle_no_permission(request, view_func)
            return answer
        if request.htmx:  # type: ignore[attr-defined]
            return _over()
        messages.warning(request, SESSION_OVER)
        return redirect(_sign_in_then(_page_behind(request)))


def _over() -> HttpResponse:
    return HttpResponse(SESSION_OVER, status=401, content_type="text/plain; charset=utf-8")


def _page_behind(request: HttpRequest) -> str:
    """The path of the page that sent this request, the home page when it does not say."""
    source = request.headers.get("HX-Current-URL") or request.headers.get("Referer", "")
    mine = url_has_allowed_host_and_scheme(source, {request.get_host()})
    parts = urlsplit(source)
    return urlunsplit(("", "", parts.path, parts.query, "")) if mine and parts.path else "/"


def _sign_in_then(path: str) -> str:
    return f"{reverse('account_login')}?{urlencode({'next': path})}"


def no_store(get_response: GetResponse) -> GetResponse:
    """Forbid to keep any page of a session.

    The cookie decides, not the user: an answer must not need the database to be marked. Static
    files are answered before this middleware.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            patch_cache_control(response, no_store=True)
        return response

    return middleware
