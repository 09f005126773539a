"""The questions of the partner API, version 1: read only, one school an access."""

from http import HTTPStatus
from typing import Annotated

from django.http import HttpRequest, HttpResponseBase
from ninja import Form, Header, NinjaAPI, Path, Query
from ninja.errors import AuthenticationError, AuthorizationError, ValidationError

from livretpro.bearer import TooManyRequests
from livretpro.partners.actions import DeadToken, tell_reading
from livretpro.partners.models import PartnerClient
from livretpro.partners.queries import NotPublished, Unknown, bilans_page, divisions_page
from livretpro.partners.rules import Scope
from livretpro.schools.queries import school_year
from livretpro.web.api import answers
from livretpro.web.api.schemas import (
    Erreur,
    ErreurJeton,
    Etablissement,
    Jeton,
    PageBilans,
    PageDivisions,
)
from livretpro.web.api.tokens import Token, ask_token

DEAD = "Jeton absent, expiré ou révoqué : demandez-en un autre."
NOT_ALLOWED = "Cet accès n’ouvre pas cette information."
UNKNOWN = "Rien de ce nom dans l’établissement."
METHOD = "Cette adresse ne répond pas à une demande de cette sorte."
UNPUBLISHED = "La période n’est pas publiée."
UNREADABLE = "Cette demande ne se lit pas : vérifiez ses paramètres."
TOO_MANY = "Trop de demandes : réessayez dans {after} secondes."

api = NinjaAPI(
    title="LivretPro Suivi, API des partenaires",
    version="1.0.0",
    description=(
        "Ce que l’équipe a décidé pour chaque élève, pour les périodes publiées. Lecture seule, "
        "un accès par logiciel et par établissement."
    ),
    openapi_url="/openapi.json",
    docs_url=None,
    urls_namespace="api",
)
REFUSED = {405: Erreur, 411: Erreur, 413: Erreur, 429: Erreur}
COMMON = {304: None, 401: Erreur, 403: Erreur, 422: Erreur, **REFUSED}
Held = Annotated[
    str,
    Header(
        alias="If-None-Match",
        description="L’ETag de la réponse que le logiciel a déjà : 304 si elle vaut toujours.",
    ),
]
ETAG = {
    "responses": {
        200: {
            "headers": {
                "ETag": {
                    "description": "À redonner dans If-None-Match.",
                    "schema": {"type": "string"},
                }
            }
        }
    }
}
Page = Annotated[int, Query(ge=1, le=1000, description="Numéro de la page, à partir de 1.")]
Code = Annotated[
    str, Path(min_length=1, max_length=20, pattern=r"^[^\x00-\x1f]+$", description="Division.")
]
Number = Annotated[int, Path(ge=1, le=3, description="Numéro de la période.")]


@api.post(
    "/jeton",
    auth=None,
    response={
        200: Jeton,
        400: ErreurJeton,
        401: ErreurJeton,
        422: Erreur,
        **REFUSED,
    },
    url_name="token",
    summary="Obtenir un jeton (client credentials, par HTTP Basic ou dans le formulaire)",
)
def token(
    request: HttpRequest,
    grant_type: Annotated[str, Form()] = "",  # noqa: ARG001 (read from the request, told here)
    client_id: Annotated[str, Form()] = "",  # noqa: ARG001
    client_secret: Annotated[str, Form()] = "",  # noqa: ARG001
    scope: Annotated[str, Form()] = "",  # noqa: ARG001
) -> HttpResponseBase:
    """A token for an hour."""
    return ask_token(request)


@api.get(
    "/etablissement",
    auth=Token(),
    response={200: Etablissement, **COMMON},
    url_name="school",
    summary="L’établissement que cet accès ouvre",
    openapi_extra=ETAG,
)
def school(request: HttpRequest, if_none_match: Held = "") -> HttpResponseBase:  # noqa: ARG001
    """Whose data this is."""
    client = _client(request)
    return answers.leaves(request, answers.etablissement(client, school_year(client.school)))


@api.get(
    "/divisions",
    auth=Token(Scope.BILANS),
    response={200: PageDivisions, 404: Erreur, **COMMON},
    url_name="divisions",
    summary="Divisions de l’année, leurs diplômes et leurs périodes",
    openapi_extra=ETAG,
)
def divisions(
    request: HttpRequest,
    page: Page = 1,
    if_none_match: Held = "",  # noqa: ARG001 (read from the request, told here)
) -> HttpResponseBase:
    """The divisions of the year."""
    found = divisions_page(_client(request).school, page)
    return answers.leaves(request, answers.page_divisions(found, page))


@api.get(
    "/divisions/{path:code}/periodes/{int:numero}",
    auth=Token(Scope.BILANS),
    response={200: PageBilans, 404: Erreur, **COMMON},
    url_name="bilans",
    summary="Bilans d’une période publiée, élève par élève",
    openapi_extra=ETAG,
)
def bilans(
    request: HttpRequest,
    code: Code,
    numero: Number,
    page: Page = 1,
    if_none_match: Held = "",  # noqa: ARG001
) -> HttpResponseBase:
    """The bilans of a published period. What leaves is told in the journal."""
    client = _client(request)
    found = bilans_page(client.school, code, numero, page)
    answer = answers.leaves(request, answers.page_bilans(found, page))
    if answer.status_code == HTTPStatus.OK:  # not what the partner has already
        tell_reading(client, found, page)
    return answer


def _client(request: HttpRequest) -> PartnerClient:
    client: PartnerClient = request.auth  # type: ignore[attr-defined]
    return client


@api.exception_handler(AuthenticationError)
@api.exception_handler(DeadToken)
def _dead(request: HttpRequest, _error: Exception) -> HttpResponseBase:  # noqa: ARG001
    return answers.refused(401, "jeton_refuse", DEAD, WWW_Authenticate="Bearer")


@api.exception_handler(AuthorizationError)
def _not_allowed(request: HttpRequest, _error: Exception) -> HttpResponseBase:  # noqa: ARG001
    return answers.refused(403, "portee_insuffisante", NOT_ALLOWED)


@api.exception_handler(Unknown)
def _unknown(request: HttpRequest, _error: Exception) -> HttpResponseBase:  # noqa: ARG001
    return answers.refused(404, "introuvable", UNKNOWN)


@api.exception_handler(NotPublished)
def _unpublished(request: HttpRequest, _error: Exception) -> HttpResponseBase:  # noqa: ARG001
    return answers.refused(404, "periode_non_publiee", UNPUBLISHED)


@api.exception_handler(ValidationError)
def _unreadable(request: HttpRequest, _error: Exception) -> HttpResponseBase:  # noqa: ARG001
    return answers.refused(422, "demande_illisible", UNREADABLE)


@api.exception_handler(TooManyRequests)
def _too_many(request: HttpRequest, error: TooManyRequests) -> HttpResponseBase:  # noqa: ARG001
    phrase = TOO_MANY.format(after=error.after)
    return answers.refused(429, "trop_de_demandes", phrase, Retry_After=str(error.after))
