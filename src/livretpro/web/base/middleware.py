"""What every answer carries: a reference, and no copy left in a cache."""

from collections.abc import Callable
from uuid import uuid4

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase, HttpResponseNotAllowed
from django.utils.cache import patch_cache_control

from livretpro.journal import requests
from livretpro.web.base import errors

NOTHING_OF_THE_DEVICE = "camera=(), display-capture=(), geolocation=(), microphone=(), usb=()"
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


def refused_method(get_response: GetResponse) -> GetResponse:
    """Give words to a refused method: Django answers it with an empty page."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if isinstance(response, HttpResponseNotAllowed):
            return errors.refused_method(response)
        return response

    return middleware


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
