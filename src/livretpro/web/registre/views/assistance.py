"""The page of the assistance académique: who may send, until when, what stands in the way."""

from collections.abc import Callable, Mapping
from datetime import date

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from livretpro.journal.actions import Author
from livretpro.lsl_registry import authority
from livretpro.lsl_registry.authority import BadAccreditation
from livretpro.lsl_registry.offices import office
from livretpro.lsl_registry.permissions import NotAssistant, is_assistant
from livretpro.referentiels.rules import Level
from livretpro.schools.models import School
from livretpro.schools.queries import school_of
from livretpro.web.base.asking import is_key
from livretpro.web.base.doors import led_first
from livretpro.web.base.person import person
from livretpro.web.base.second_factor import did_not_give_one
from livretpro.web.base.trail.views import told

BAD_DAY = "Écrivez un jour qui existe, par exemple 2026-06-30."


@require_http_methods(["GET", "HEAD", "POST"])
def assistance(request: HttpRequest) -> HttpResponseBase:
    """What the assistance decides, for every school. Nine queries, session, user and the box of
    search aside."""
    user = person(request)
    if not is_assistant(user):
        raise PermissionDenied(NotAssistant.phrase)
    if first := led_first(request, second_factor=did_not_give_one(request)):
        return first
    if request.method != "POST":
        return _page(request)
    asked = request.POST.get("faire", "")
    act = _ACTS.get(asked)
    if act is None:
        raise Http404
    try:
        said = act(request.POST, Author(id=user.identifier, name=user.full_name))
    except BadAccreditation as refusal:
        return _page(request, refused=refusal.phrase, typed={asked: request.POST}, status=422)
    messages.success(request, said)
    return redirect("registre:assistance")


def _page(request: HttpRequest, *, status: int = 200, **more: object) -> HttpResponse:
    held = office(today=timezone.localdate())
    context = {"office": held, "lines": [told(entry) for entry in held.decisions], **more}
    return render(request, "registre/assistance.html", context, status=status)


Sent = Mapping[str, str]


def _accredit(sent: Sent, by: Author) -> str:
    made, changed = authority.accredit(
        sent.get("editeur", ""),
        sent.get("application", ""),
        sent.get("mefs", "").replace(",", " ").split(),
        dates=(_day(sent, "du") or timezone.localdate(), _day(sent, "au")),
        by=by,
    )
    return f"{made} est {'accrédité' if changed else 'déjà accrédité'}."


def _end(sent: Sent, by: Author) -> str:
    done = authority.end_accreditation(_key(sent, "accreditation"), on=timezone.localdate(), by=by)
    return "L’accréditation est terminée." if done else "Elle était déjà terminée."


def _clear(sent: Sent, by: Author) -> str:
    school = _school(sent)
    fresh = authority.clear_change(
        school, sent.get("editeur", ""), sent.get("application", ""), by=by
    )
    return f"Le changement de logiciel de {school} est {'' if fresh else 'déjà '}autorisé."


def _reset(sent: Sent, by: Author) -> str:
    done = authority.reset_periodicity(_key(sent, "periodicite"), by=by)
    return "La périodicité sera celle du prochain fichier." if done else "Elle était déjà effacée."


def _set_campaign(sent: Sent, by: Author) -> str:
    level, year = sent.get("niveau", ""), _key(sent, "annee")
    if level not in set(Level) or not 2000 <= year <= 9999:
        raise Http404
    found = Level(level)
    authority.set_campaign(year, found, _day(sent, "ouvre"), _day(sent, "ferme"), by=by)
    return f"La campagne de {found.label} est enregistrée."


def _unlock(sent: Sent, by: Author) -> str:
    school, pupil = _school(sent), _key(sent, "eleve")
    if not authority.unlock(school, pupil, by=by):
        raise BadAccreditation(
            f"L’élève {pupil} n’a pas de dossier versé ou verrouillé dans {school}."
        )
    return f"Le dossier de l’élève {pupil} est déverrouillé."


def _lock(sent: Sent, by: Author) -> str:
    level, year = sent.get("niveau", ""), _key(sent, "annee")
    if level not in set(Level):
        raise Http404
    count = authority.lock(year, Level(level), by=by)
    more = "s" if count > 1 else ""
    return f"{count} dossier{more} verrouillé{more}."


_ACTS: Mapping[str, Callable[[Sent, Author], str]] = {
    "accrediter": _accredit,
    "terminer": _end,
    "autoriser": _clear,
    "effacer": _reset,
    "campagne": _set_campaign,
    "deverrouiller": _unlock,
    "verrouiller": _lock,
}


def _key(sent: Sent, name: str) -> int:
    text = sent.get(name, "").strip()
    if not is_key(text):
        raise BadAccreditation("Écrivez un numéro en chiffres.")
    return int(text)


def _day(sent: Sent, name: str) -> date | None:
    text = sent.get(name, "").strip()
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise BadAccreditation(BAD_DAY) from None


def _school(sent: Sent) -> School:
    uai = sent.get("uai", "").strip().upper()
    found = school_of(uai) if uai.isalnum() else None
    if found is None:
        raise BadAccreditation(f"L’établissement « {uai[:20]} » n’est pas connu ici.")
    return found
