"""Addresses of the partner API. Its tokens are its own door: the session of a browser, and the
protection that it needs against forged forms, are no part of it."""

from collections.abc import Callable
from functools import cache, wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotAllowed,
    JsonResponse,
)
from django.urls import URLPattern, path, re_path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from livretpro.partners.rules import Scope
from livretpro.web.api.answers import refused
from livretpro.web.api.endpoints import METHOD, UNKNOWN, api

app_name = "api"


DOCUMENT = "openapi-json"
FLOW = {"tokenUrl": "/api/v1/jeton", "scopes": {scope.value: scope.label for scope in Scope}}


def document(request: HttpRequest) -> HttpResponseBase:  # noqa: ARG001 (Django's signature)
    """The OpenAPI document, which anybody may read."""
    return HttpResponse(_document(), content_type="application/json")


@cache
def _document() -> bytes:
    """Written once a process: it does not change, and anybody may ask for it. A generated client
    finds in it where tokens are given; ninja tells only how they are shown."""
    said = api.get_openapi_schema()
    ways = said["components"]["securitySchemes"]
    for name in ways:
        ways[name] = {"type": "oauth2", "flows": {"clientCredentials": FLOW}}
    return JsonResponse(said).content


@csrf_exempt
def nowhere(request: HttpRequest) -> HttpResponseBase:  # noqa: ARG001 (Django's signature)
    """An address that the API does not have, in the words of the API."""
    return refused(404, "introuvable", UNKNOWN)


def _questions() -> list[URLPattern]:
    """Those of the questions."""
    found = [one for one in api.urls[0] if isinstance(one, URLPattern)]
    questions = [one for one in found if one.name not in {"api-root", DOCUMENT}]
    for one in questions:
        one.callback = login_not_required(_in_words(one.callback))
    return questions


def _in_words(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A method that an address does not have is refused in the words of the API."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        found = view(request, *args, **kwargs)
        if isinstance(found, HttpResponseNotAllowed):
            return refused(405, "methode_refusee", METHOD, Allow=found["Allow"])
        return found

    return answer


urlpatterns = [
    *_questions(),
    path("openapi.json", login_not_required(require_safe(document)), name=DOCUMENT),
    path("", login_not_required(nowhere), name="api-root"),
    re_path(r"^[\s\S]*$", login_not_required(nowhere), name="nowhere"),
]
