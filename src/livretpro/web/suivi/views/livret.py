"""The entry page of a livret, its saves, its history."""

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import trigger_client_event

from livretpro.journal.queries import entry_of
from livretpro.livrets.actions import Closed, Forbidden, take_over_averages
from livretpro.livrets.actions.values import closed_enrolment
from livretpro.livrets.fields import UnknownField
from livretpro.livrets.queries import livret_id
from livretpro.schools.models import Enrolment
from livretpro.schools.queries import enrolment_in, former_livret
from livretpro.web.base.asking import is_key
from livretpro.web.suivi.doors import in_diploma
from livretpro.web.suivi.entry.changes import history_page
from livretpro.web.suivi.entry.page import LivretPage, livret_page
from livretpro.web.suivi.entry.saving import Outcome, save, save_form
from livretpro.web.suivi.entry.words import saved_words
from livretpro.web.suivi.place import DiplomaPlace


@require_http_methods(["GET", "HEAD", "POST"])
@in_diploma
def livret(request: HttpRequest, place: DiplomaPlace, enrolment: int) -> HttpResponseBase:
    """The livret of a pupil; the form as a whole is posted by a browser without JavaScript."""
    pupil = _pupil(place, enrolment)
    if not pupil.has_livret:
        status = 409 if request.method == "POST" else 200
        return _no_livret(request, pupil, status=status)
    page = livret_page(place, pupil, now=timezone.now())
    if request.method != "POST":
        return _page(request, page)
    if page.closed:
        return _page(request, page, status=409)
    if page.outside_campaign:
        return _page(request, page, status=409)
    if not page.open:
        raise PermissionDenied
    outcome = save_form(request.POST, pupil, page.fields, by=place.actor)
    if outcome.problems:
        return _refused(request, place, pupil, outcome)
    messages.success(request, saved_words(outcome.saved))
    return redirect(_address(place, pupil))


@require_POST
@in_diploma
def save_field(request: HttpRequest, place: DiplomaPlace, enrolment: int) -> HttpResponseBase:
    """Save one field: `valeur` in `champ`, in place of `remplace`, the text that was seen.

    200 with what changes on the page, 422 for a value that cannot be kept, 409 when another one
    stands, 403 without the right to write there.
    """
    pupil = _pupil(place, enrolment)
    if not pupil.has_livret:
        return _no_livret(request, pupil, status=409)
    key, typed = request.POST.get("champ", ""), request.POST.get("valeur", "")
    try:
        outcome = save(pupil, key, typed, seen=request.POST.get("remplace", ""), by=place.actor)
    except UnknownField as unknown:
        raise BadRequest from unknown
    if request.htmx:  # type: ignore[attr-defined]
        return _answer(request, place, pupil, key, outcome)
    if outcome.problems:
        return _refused(request, place, pupil, outcome)
    return redirect(_address(place, pupil))


@require_POST
@in_diploma
def take_over(request: HttpRequest, place: DiplomaPlace, enrolment: int) -> HttpResponseBase:
    """Take over the averages of the livret `de`, that a change of diploma or level closed."""
    pupil = _pupil(place, enrolment)
    wanted = _number(request.POST.get("de", ""))
    former = former_livret(place.actor, pupil, wanted) if wanted else None
    if former is None:
        raise Http404
    try:
        taken = take_over_averages(pupil, former, by=place.actor)
    except Forbidden as refusal:
        raise PermissionDenied from refusal
    except Closed as refusal:
        messages.error(request, refusal.phrase)
    else:
        messages.success(request, _taken_words(taken))
    return redirect(_address(place, pupil))


@require_safe
@in_diploma
def history(request: HttpRequest, place: DiplomaPlace, enrolment: int) -> HttpResponseBase:
    """Every change of a livret, newest first; `?avant=` is the last entry already shown, `?champ=`
    the one field to tell of."""
    pupil = _pupil(place, enrolment)
    found = history_page(
        place,
        pupil,
        now=timezone.now(),
        before=_number(request.GET.get("avant", "")),
        key=request.GET.get("champ", "").replace("\0", "")[:64],
    )
    return render(request, "suivi/livret_history.html", {"history": found, "pupil": pupil})


@require_POST
@in_diploma
def restore(request: HttpRequest, place: DiplomaPlace, enrolment: int) -> HttpResponseBase:
    """Put back the value that stood before the change `entree`, as if it were typed again.

    `remplace` is the value that stood when the page was made: another one is a conflict; `seul`
    says that the page told of this field alone.
    """
    pupil = _pupil(place, enrolment)
    livret_pk, entry_pk = livret_id(pupil), _number(request.POST.get("entree", ""))
    entry = entry_of(
        school_uai=place.school.uai, kind="livret", key=str(livret_pk), pk=entry_pk or 0
    )
    if entry is None or not hasattr(entry, "values_kept") or entry.values_kept.erased_by:
        raise Http404
    try:
        outcome = save(
            pupil,
            entry.field,
            entry.values_kept.before,
            seen=request.POST.get("remplace", ""),
            by=place.actor,
        )
    except UnknownField as unknown:
        raise BadRequest from unknown
    if outcome.status == 403:
        raise PermissionDenied
    for problem in outcome.problems.values():
        messages.error(request, problem.phrase)
    if not outcome.problems:
        messages.success(request, "La valeur d’avant est rétablie.")
    followed = {"champ": entry.field} if "seul" in request.POST else {}
    address = reverse("suivi:livret_history", args=[place.school.uai, place.path, pupil.pk])
    return redirect(f"{address}?{urlencode(followed)}" if followed else address)


def _pupil(place: DiplomaPlace, pk: int) -> Enrolment:
    found = enrolment_in(place.actor, place.year, place.diploma.cfd, pk)
    if found is None:
        raise Http404
    return found


def _number(text: str) -> int | None:
    return int(text) if is_key(text) else None


def _no_livret(request: HttpRequest, pupil: Enrolment, *, status: int) -> HttpResponse:
    context = {"pupil": pupil, "sentence": closed_enrolment(pupil)}
    return render(request, "suivi/livret_none.html", context, status=status)


def _page(request: HttpRequest, page: LivretPage, *, status: int = 200) -> HttpResponse:
    return render(request, "suivi/livret.html", {"livret": page}, status=status)


def _refused(
    request: HttpRequest, place: DiplomaPlace, pupil: Enrolment, outcome: Outcome
) -> HttpResponse:
    """The page again, with each refused text in its field and the reason under it."""
    page = livret_page(place, pupil, now=timezone.now(), problems=outcome.problems)
    return _page(request, page, status=outcome.status)


def _answer(
    request: HttpRequest, place: DiplomaPlace, pupil: Enrolment, key: str, outcome: Outcome
) -> HttpResponse:
    """What changes on the page after one save, and the event that tells the page about it."""
    page = livret_page(place, pupil, now=timezone.now(), problems=outcome.problems, others=False)
    box = page.fields.box(key)
    response = render(
        request, "suivi/livret/answer.html", {"livret": page, "box": box}, status=outcome.status
    )
    told = {"champ": key, "valeur": box.seen, "refus": key in outcome.problems}
    return trigger_client_event(response, "livret:reponse", told)


def _address(place: DiplomaPlace, pupil: Enrolment) -> str:
    return reverse("suivi:livret", args=[place.school.uai, place.path, pupil.pk])


def _taken_words(taken: int) -> str:
    if taken == 0:
        return "Aucune moyenne à reprendre : les champs remplis ne changent pas."
    return "1 moyenne reprise." if taken == 1 else f"{taken} moyennes reprises."
