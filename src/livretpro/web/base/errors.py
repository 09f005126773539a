"""Error pages: in French, with the reference of the request, without database or session."""

import errno
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.template.loader import render_to_string

from livretpro.embedded import EmbeddedError
from livretpro.journal import requests
from livretpro.web.base.systems import line_of_all

RETRY_SECONDS = "10"
SOFTWARE = "/api/"
"""Where other software asks."""


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
REFUSED_METHOD = Page(
    405,
    "Demande refusée",
    "Cette adresse ne répond pas à une demande de cette sorte : rien n’a été enregistré. "
    "Revenez à la page précédente et recommencez.",
)
NO_LENGTH = Page(
    411,
    "Demande refusée",
    "Cette demande n’annonce pas sa taille : rien n’a été enregistré. "
    "Revenez à l’accueil et recommencez.",
)
TOO_LARGE = Page(
    413,
    "Envoi trop lourd",
    "Cet envoi dépasse ce que LivretPro reçoit en une fois : rien n’a été enregistré. "
    "Revenez à la page précédente et envoyez les fichiers en plusieurs fois.",
)
TOO_LARGE_SIGNED_OUT = Page(
    413,
    "Envoi trop lourd",
    "Vous n’êtes pas connecté, ou votre session était terminée : cet envoi est trop lourd pour "
    "être reçu, et rien n’a été enregistré. Connectez-vous, puis recommencez.",
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
TOO_LONG = Page(
    503,
    "LivretPro est trop occupé",
    "Cette demande attendait depuis trop longtemps : elle a été arrêtée, et rien n’a été "
    "enregistré. Un import est peut-être en cours. Recommencez dans quelques instants.",
)
DISK_FULL = Page(
    503,
    "LivretPro ne peut plus enregistrer",
    "La place manque sur le disque : cette demande n’a pas été enregistrée. Ce qui l’était avant "
    "l’est toujours. Prévenez l’administrateur, puis recommencez.",
)
FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
DISK_FULL_STATE = "53100"  # disk_full (PostgreSQL, appendix A)
TOO_LONG_STATES = frozenset({"57014", "55P03", "25P03"})
"""query_canceled, lock_not_available, idle_in_transaction_session_timeout (the web's limits)."""
READ_ONLY_STATE = "25006"  # read_only_sql_transaction: a server that has just become a standby


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


def refused_method(refused: HttpResponseNotAllowed) -> HttpResponse:
    """405, with the methods that the address allows."""
    response = _answer(REFUSED_METHOD)
    response["Allow"] = refused["Allow"]
    return response


def no_length(request: HttpRequest) -> HttpResponse:
    """411: the body is sent without its size."""
    if request.path_info.startswith(SOFTWARE):
        return _told(411, "sans_taille", "Cette demande n’annonce pas sa taille (Content-Length).")
    return _answer(NO_LENGTH)


def too_large(request: HttpRequest, *, signed_in: bool) -> HttpResponse:
    """413: the body is larger than what is taken."""
    if request.path_info.startswith(SOFTWARE):
        return _told(413, "trop_gros", "Cet envoi dépasse ce que LivretPro reçoit en une fois.")
    return _answer(TOO_LARGE if signed_in else TOO_LARGE_SIGNED_OUT)


def _told(status: int, code: str, phrase: str) -> HttpResponse:
    """What software reads, in the shape of the errors of each API."""
    said = {"code": code, "phrase": phrase}
    return JsonResponse(said, status=status, json_dumps_params={"ensure_ascii": False})


def server_error(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """500, or 503 when the database is gone or the disk full (spec 08, A7).

    Django calls this while it handles the exception, whichever layer raised it: a middleware would
    only see those of the views, and the session is read before them.
    """
    behind = list(_behind(sys.exception()))
    if any(_is_full(error) for error in behind):
        return _later(DISK_FULL)
    if any(getattr(error, "sqlstate", None) in TOO_LONG_STATES for error in behind):
        return _later(TOO_LONG)
    if any(_is_gone(error) for error in behind):
        return _later(UNAVAILABLE)
    return _answer(SERVER_ERROR)


def _behind(error: BaseException | None) -> Iterator[BaseException]:
    """The exception, and those it was raised from or while handling."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _is_full(error: BaseException) -> bool:
    return getattr(error, "sqlstate", None) == DISK_FULL_STATE or (
        isinstance(error, OSError) and error.errno in FULL
    )


def _is_gone(error: BaseException) -> bool:
    gone = isinstance(error, (OperationalError, InterfaceError, EmbeddedError))
    return gone or getattr(error, "sqlstate", None) == READ_ONLY_STATE


def _later(page: Page) -> HttpResponse:
    response = _answer(page)
    response["Retry-After"] = RETRY_SECONDS
    return response


def _answer(page: Page) -> HttpResponse:
    reference = requests.request_id.get()
    shown = {"page": page, "reference": reference, "line_of_all": line_of_all()}
    body = render_to_string("base/error.html", shown)
    return HttpResponse(body, status=page.status)
