"""Addresses of the partner API. Its tokens are its own door: the session of a browser, and the
protection that it needs against forged forms, are no part of it."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponseBase
from django.urls import URLPattern, path, re_path
from django.views.decorators.csrf import csrf_exempt

from livretpro.web.api.answers import refused
from livretpro.web.api.endpoints import UNKNOWN, api

app_name = "api"


@csrf_exempt
def nowhere(request: HttpRequest) -> HttpResponseBase:  # noqa: ARG001 (Django's signature)
    """An address that the API does not have, in the words of the API."""
    return refused(404, "introuvable", UNKNOWN)


def _addresses() -> list[URLPattern]:
    """Those of the questions and of the OpenAPI document."""
    patterns = [one for one in api.urls[0] if isinstance(one, URLPattern)]
    for one in patterns:
        login_not_required(one.callback)
    return [one for one in patterns if one.name != "api-root"]


urlpatterns = [
    *_addresses(),
    path("", login_not_required(nowhere), name="api-root"),
    re_path(r"^[\s\S]*$", login_not_required(nowhere), name="nowhere"),
]
