"""Error pages: in French, with the reference of the request, without database or session."""

import sys
from dataclasses import dataclass

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from livretpro.journal import requests

RETRY_SECONDS = "10"


@dataclass(frozen=True)
class Page:
    """What went wrong and what to do."""

    status: int
    title: str
    sentence: str


BAD_REQUEST = Page(
    400,
    "Demande non comprise",
    "Cette demande n’est pas valable. Revenez à l’accueil et recommencez.",
)
FORBIDDEN = Page(
    403,
    "Action non autorisée",
    "Votre rôle ne permet pas cette action. "
    "Adressez-vous au chef d’établissement ou à l’administrateur si elle vous revient.",
)
EXPIRED_FORM = Page(
    403,
    "Formulaire expiré",
    "Cette page était ouverte depuis trop longtemps, ou vous vous êtes reconnecté depuis. "
    "Revenez à la page précédente, rechargez-la, puis recommencez : rien n’a été enregistré.",
)
NOT_FOUND = Page(
    404,
    "Page introuvable",
    "Cette page n’existe pas, ou elle ne vous est pas ouverte. "
    "Vérifiez l’adresse ou revenez à l’accueil.",
)
SERVER_ERROR = Page(
    500,
    "Erreur de LivretPro",
    "L’erreur vient de LivretPro, et rien n’a été enregistré par cette demande. "
    "Recommencez ; si l’erreur se répète, donnez la référence ci-dessous à l’administrateur.",
)
UNAVAILABLE = Page(
    503,
    "LivretPro ne répond pas pour le moment",
    "La base de données est injoignable. Ce qui était enregistré l’est toujours. "
    "Recommencez dans quelques instants.",
)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 (Django's signature)
    """400."""
    return _answer(BAD_REQUEST)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """403: known, but not allowed."""
    return _answer(FORBIDDEN)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    """403: the form's token is missing or out of date."""
    return _answer(EXPIRED_FORM)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """404: unknown, or hidden from this person."""
    return _answer(NOT_FOUND)


def server_error(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """500, or 503 when the database is gone (spec 08, A7).

    Django calls this while it handles the exception, whichever layer raised it: a middleware would
    only see those of the views, and the session is read before them.
    """
    if isinstance(sys.exception(), (OperationalError, InterfaceError)):
        response = _answer(UNAVAILABLE)
        response["Retry-After"] = RETRY_SECONDS
        return response
    return _answer(SERVER_ERROR)


def _answer(page: Page) -> HttpResponse:
    reference = requests.request_id.get()
    body = render_to_string("base/error.html", {"page": page, "reference": reference})
    return HttpResponse(body, status=page.status)
