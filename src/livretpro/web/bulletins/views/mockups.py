"""Compétences > Bulletins > Configuration des maquettes: options, live preview, divisions."""

import json
from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from livretpro.bulletins.actions.mockup_options import (
    OPTIONS,
    MockupChanged,
    MockupChoice,
    assign_all,
    create_mockup,
    edit_mockup,
    remove_mockup,
)
from livretpro.bulletins.actions.mockups import OF_CPRO
from livretpro.bulletins.actions.settings import LENGTH, set_appraisal_max
from livretpro.bulletins.models import Mockup, Period
from livretpro.bulletins.permissions import can_read_bulletins
from livretpro.bulletins.queries.contents import bulletins_of
from livretpro.bulletins.queries.mockups import mockup_of, mockups
from livretpro.bulletins.queries.periods import mockups_of, periods_by_division
from livretpro.bulletins.queries.sectors import divisions_of_school
from livretpro.bulletins.queries.seen import seen_divisions, seen_pupils, year_periods
from livretpro.bulletins.queries.settings import appraisal_max_of, longer_appraisals
from livretpro.bulletins.refusals import BadChoice
from livretpro.bulletins.settling import Changed
from livretpro.bulletins.showing import shown_bulletin
from livretpro.bulletins.words import APPRAISAL_LIMITS, Grouping
from livretpro.schools.models import Division
from livretpro.web.base.place import Place
from livretpro.web.bulletins.asked import many, number
from livretpro.web.bulletins.doors import configuring, in_year
from livretpro.web.bulletins.keeping import (
    NOT_REFUSED,
    Filled,
    Refusal,
    sent_seen,
    sent_texts,
)

PAGE = require_http_methods(["GET", "HEAD", "POST"])
PREVIEW, REMOVE = "apercu", "supprimer"
HEADER = ("shows_birth_date", "shows_principal_teachers", "shows_headcount")
FOOTER = (
    "shows_general_appraisal",
    "shows_general_average",
    "shows_degree_legend",
    "shows_signature",
)


@PAGE
@configuring
def maquettes(request: HttpRequest, place: Place) -> HttpResponseBase:
    """The mock-ups, the divisions that have them, the limit of appraisals; a POST makes a mock-up
    (`nom`, `regroupement`) or sets the limit (`faire` = `longueur`).

    Seven queries, doors aside."""
    if request.method != "POST":
        return _list(request, place)
    if request.POST.get("faire") == LENGTH:
        return _limit_set(request, place)
    name, grouping = request.POST.get("nom", ""), request.POST.get("regroupement", "")
    whole = MockupChoice.of(Mockup())
    choice = MockupChoice(name, whole.title, grouping, whole.footer, whole.shown)
    try:
        made = create_mockup(choice, by=place.actor)
    except BadChoice as refusal:
        return _list(request, place, Refusal.of(refusal))
    messages.success(request, f"La maquette « {made} » existe : choisissez ce qu’elle montre.")
    return redirect("bulletins:mockup", place.school.uai, made.pk)


def _limit_set(request: HttpRequest, place: Place) -> HttpResponseBase:
    typed, seen = request.POST.get(LENGTH, ""), sent_seen(request.POST)
    try:
        done = set_appraisal_max(typed, seen=seen, by=place.actor)
    except (BadChoice, Changed) as refusal:
        return _list(request, place, Refusal.of(refusal))
    said = f"Une appréciation a {typed.strip()} caractères au plus."
    messages.success(request, said if done else "Rien n’a changé.")
    return redirect("bulletins:mockups", place.school.uai)


def _limit_form(request: HttpRequest, limit: int, refused: Refusal) -> Filled:
    stands = {LENGTH: str(limit)}
    if request.POST.get("faire") != LENGTH:
        return Filled.fresh(stands)
    typed = sent_texts(request.POST, stands)
    return Filled.again(stands, typed, sent_seen(request.POST), refused)


def _list(request: HttpRequest, place: Place, refused: Refusal = NOT_REFUSED) -> HttpResponse:
    year, limit = in_year(place), appraisal_max_of(place.school)
    divisions = divisions_of_school(year, by=place.actor)
    periods = periods_by_division(year, divisions)
    held = mockups_of({one for own in periods.values() for one in own})
    rows = [
        (one, [(period, held.get((one.pk, period.pk))) for period in periods[one.pk]])
        for one in divisions
    ]
    context = {
        "mockups": mockups(place.school),
        "periods": year_periods(year),
        "rows": rows,
        "groupings": list(Grouping),
        "typed": request.POST,
        "limit": limit,
        "limits": APPRAISAL_LIMITS,
        "length": _limit_form(request, limit, refused),
        "longer": longer_appraisals(year, limit),
        "refused": refused,
    }
    return render(request, "bulletins/mockups.html", context, status=refused.status)


@require_POST
@configuring
def assignment(request: HttpRequest, place: Place) -> HttpResponseBase:
    """Give a mock-up (`maquette`) to divisions (`division`) for periods (`periode`, numbers)."""
    year = in_year(place)
    held = mockup_of(number(request.POST, "maquette"), place.school)
    if held is None:
        raise Http404
    asked, numbers = many(request.POST, "division"), many(request.POST, "periode")
    chosen = [one for one in divisions_of_school(year, by=place.actor) if one.pk in asked]
    periods = periods_by_division(year, chosen)
    places = [
        (one, period) for one in chosen for period in periods[one.pk] if period.number in numbers
    ]
    if not places:
        said = "Cochez au moins une division et une période qui existe pour elle."
        return _list(request, place, Refusal(said))
    count = assign_all(places, held, by=place.actor)
    plural = "s" if count > 1 else ""
    messages.success(request, f"« {held} » : {count} changement{plural}.")
    return redirect("bulletins:mockups", place.school.uai)


@PAGE
@configuring
def maquette(request: HttpRequest, place: Place, mockup: int) -> HttpResponseBase:
    """One mock-up: what it shows, with a preview that follows each choice (`faire` = `apercu`).

    Twenty-one queries at most, doors aside."""
    held = mockup_of(mockup, place.school)
    if held is None:
        raise Http404
    if request.method != "POST":
        return _page(request, place, held, MockupChoice.of(held))
    choice = _choice(request.POST)
    if request.POST.get("faire") == PREVIEW:
        return _page(request, place, held, choice)
    try:
        return _change(request, place, held, choice)
    except BadChoice as refusal:
        return _page(request, place, held, choice, refusal.phrase, status=422)
    except MockupChanged as refusal:
        return _page(request, place, held, choice, refusal.phrase, status=409)


def _change(
    request: HttpRequest, place: Place, held: Mockup, choice: MockupChoice
) -> HttpResponseBase:
    if request.POST.get("faire") == REMOVE:
        remove_mockup(held, by=place.actor)
        messages.success(request, f"La maquette « {held} » est supprimée.")
        return redirect("bulletins:mockups", place.school.uai)
    done = edit_mockup(held, choice, seen=_seen(request.POST), by=place.actor)
    messages.success(request, "La maquette est enregistrée." if done else "Rien n’a changé.")
    return redirect("bulletins:mockup", place.school.uai, held.pk)


def _choice(sent: QueryDict) -> MockupChoice:
    return MockupChoice(
        sent.get("nom", ""),
        sent.get("titre", ""),
        sent.get("regroupement", ""),
        sent.get("pied", ""),
        frozenset(sent.getlist("montre")) & OPTIONS.keys(),
    )


def _told(choice: MockupChoice) -> str:
    """What the page saw, as the form gives it back."""
    shown = sorted(choice.shown)
    return json.dumps([choice.name, choice.title, choice.grouping, choice.footer, shown])


def _seen(sent: QueryDict) -> MockupChoice:
    try:
        name, title, grouping, footer, shown = json.loads(sent.get("vus", ""))
        return MockupChoice(name, title, grouping, footer, frozenset(shown))
    except (ValueError, TypeError, RecursionError) as error:
        raise BadRequest from error


def _page(
    request: HttpRequest,
    place: Place,
    held: Mockup,
    choice: MockupChoice,
    refused: str = "",
    *,
    status: int = 200,
) -> HttpResponse:
    stands = MockupChoice.of(held)
    context = {
        "mockup": held,
        "choice": choice,
        "seen": _told(stands),
        "groupings": list(Grouping),
        "header": _boxes(HEADER, choice),
        "body": _boxes([name for name in OPTIONS if name not in HEADER + FOOTER], choice),
        "footer": _boxes(FOOTER, choice),
        "refused": refused,
        "preview": _preview(request, place, choice),
    }
    return render(request, "bulletins/mockup.html", context, status=status)


def _boxes(names: Sequence[str], choice: MockupChoice) -> list[tuple[str, str, bool, bool]]:
    """Name, words, whether it is ticked, whether CPRO data need it; those that do come first."""
    ordered = sorted(names, key=lambda name: name not in OF_CPRO)
    return [
        (name, OPTIONS[name].capitalize(), name in choice.shown, name in OF_CPRO)
        for name in ordered
    ]


def _preview(request: HttpRequest, place: Place, choice: MockupChoice) -> dict[str, Any]:
    """The bulletin of a real pupil with these choices; why not, in `why`."""
    if not can_read_bulletins(place.actor):
        return {"why": "L’aperçu montre le bulletin d’un élève : il est réservé à l’équipe."}
    year = in_year(place)
    divisions = seen_divisions(place.actor, year)
    asked = request.POST if request.method == "POST" else request.GET
    division = _chosen(divisions, number(asked, "division"))
    if division is None:
        return {"why": "Il n’y a pas encore de division."}
    periods = periods_by_division(year, [division])[division.pk]
    period = next((one for one in periods if one.number == number(asked, "periode")), None)
    return {"divisions": divisions, "division": division, "periods": periods} | _shown(
        place, division, period or next(iter(periods), None), choice, number(asked, "eleve")
    )


def _chosen(divisions: Sequence[Division], pk: int) -> Division | None:
    return next((one for one in divisions if one.pk == pk), next(iter(divisions), None))


def _shown(
    place: Place, division: Division, period: Period | None, choice: MockupChoice, pk: int
) -> dict[str, Any]:
    pupils = seen_pupils(place.actor, division, period) if period else []
    if period is None or not pupils:
        return {"why": "Il faut une période et un élève pour montrer un bulletin."}
    pupil = next((one for one in pupils if one.pk == pk), pupils[0])
    try:
        tried = choice.put_in(Mockup(school=place.school))
    except BadChoice as refusal:
        return {"why": refusal.phrase, "pupils": pupils, "pupil": pupil, "period": period}
    read = bulletins_of(division, period, tried, school=place.school, students={pupil.student_id})
    return {
        "pupils": pupils,
        "pupil": pupil,
        "period": period,
        "of": read,
        "shown": shown_bulletin(read.bulletins[0], read),
    }
