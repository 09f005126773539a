"""`POST /api/v1/depots`: a software deposits a file, then asks what became of it.

The token is the door: the session of a browser, and the protection that it needs against forged
forms, are no part of it (docs/exploitation/depots.md).
"""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

import safe_input
from livretpro.bearer import TooManyRequests
from livretpro.lsl_registry.deposits import DeadToken, Parcel, deposit, deposited, spend, state_data
from livretpro.lsl_registry.models import DepositToken
from livretpro.lsl_registry.models.reception import KEY_MAX
from livretpro.lsl_registry.receiving import MAX_BYTES, BadDeposit

P = ParamSpec("P")
DEAD = "Jeton absent ou révoqué : demandez-en un autre à l’établissement."
TOO_LARGE = f"Le fichier dépasse {MAX_BYTES // 1024**2} Mo."
TOO_MANY = "Trop de demandes : réessayez dans {after} secondes."
UNKNOWN = "Aucun dépôt de ce numéro n’a été fait avec ce jeton."
BAD_KEY = f"La clé du dépôt tient en {KEY_MAX} caractères qui se lisent."
DIVISION_MAX = 8


def _with_token(
    view: Callable[Concatenate[HttpRequest, DepositToken, P], HttpResponseBase],
) -> Callable[..., HttpResponseBase]:
    """Open the view to a live token: 401 without, 429 when it asks too much."""

    @wraps(view)
    def door(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        kind, _, secret = request.headers.get("Authorization", "").partition(" ")
        try:
            token = spend(secret if kind.lower() == "bearer" else "", now=timezone.now())
        except DeadToken:
            return _refused(401, "jeton_refuse", DEAD, WWW_Authenticate="Bearer")
        except TooManyRequests as error:
            phrase = TOO_MANY.format(after=error.after)
            return _refused(429, "trop_de_demandes", phrase, Retry_After=str(error.after))
        return view(request, token, *args, **kwargs)

    return door


@_with_token
def _deposit(request: HttpRequest, token: DepositToken) -> HttpResponseBase:
    content = request.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        return _refused(413, "trop_gros", TOO_LARGE)
    name = request.headers.get("X-Nom-Fichier", "").strip() or "depot.xml"
    chosen = request.GET.get("division", "").strip()
    if len(chosen) > DIVISION_MAX or not (chosen + name).isprintable():
        return _refused(422, "illisible", "Le nom du fichier ou de la division ne se lit pas.")
    key = request.headers.get("Idempotency-Key", "").strip() or None
    if key and (len(key) > KEY_MAX or not key.isprintable()):
        return _refused(422, "illisible", BAD_KEY)
    try:
        received = deposit(Parcel(name, content, chosen, key), token=token)
    except (BadDeposit, safe_input.Refused) as refusal:
        return _refused(422, "depot_refuse", refusal.phrase)
    answer = _json({"import": received.pk, "etat": received.state}, status=201)
    answer["Location"] = reverse("depots:state", args=[received.pk])
    return answer


@_with_token
def _state(request: HttpRequest, token: DepositToken, numero: int) -> HttpResponseBase:
    del request
    received = deposited(numero, token=token)
    if received is None:
        return _refused(404, "introuvable", UNKNOWN)
    return _json(state_data(received))


new = csrf_exempt(login_not_required(require_POST(_deposit)))
state = csrf_exempt(login_not_required(require_safe(_state)))


def _refused(status: int, code: str, phrase: str, **headers: str) -> JsonResponse:
    answer = _json({"code": code, "phrase": phrase}, status=status)
    for name, value in headers.items():
        answer[name.replace("_", "-")] = value
    return answer


def _json(content: dict[str, object], *, status: int = 200) -> JsonResponse:
    answer = JsonResponse(content, status=status, json_dumps_params={"ensure_ascii": False})
    patch_cache_control(answer, no_store=True)
    return answer
