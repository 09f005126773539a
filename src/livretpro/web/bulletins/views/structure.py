"""Ressources: classes and their sector, subjects and their code, sectors."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from livretpro.bulletins.actions.sectors import (
    edit_sector,
    prefill_sectors,
    sector_texts,
    set_sector,
    set_sectors_by_mef,
)
from livretpro.bulletins.actions.subjects import add_subject, set_code
from livretpro.bulletins.models import Sector
from livretpro.bulletins.permissions import can_configure
from livretpro.bulletins.queries.sectors import (
    divisions_of_school,
    proposed_sectors,
    sector_of,
    sectors,
    sectors_of,
)
from livretpro.bulletins.queries.services import subject_of, subjects
from livretpro.bulletins.reading import read_line
from livretpro.bulletins.refusals import BadChoice
from livretpro.bulletins.settling import TICKED, Changed, Texts
from livretpro.bulletins.words import VOCATIONAL_CODE, Grouping
from livretpro.schools.models import Division
from livretpro.web.base.place import Place
from livretpro.web.bulletins.asked import many, number
from livretpro.web.bulletins.doors import configuring, in_year, reading
from livretpro.web.bulletins.keeping import (
    NOT_REFUSED,
    Filled,
    Refusal,
    sent_seen,
    sent_texts,
)

PAGE = require_http_methods(["GET", "HEAD", "POST"])
WORDS_MAX = 100


@dataclass(frozen=True)
class ClassRow:
    """A division, its sector, the one of its MEF."""

    division: Division
    sector: Sector | None
    proposed: Sector | None
    ticked: bool


@PAGE
@configuring
def classes(request: HttpRequest, place: Place) -> HttpResponseBase:
    """Ressources > Classes > Liste: the sector of each division, changed for several at once.

    Five queries, doors aside."""
    if request.method == "POST":
        return _change_sectors(request, place)
    return _classes(request, place)


def _change_sectors(request: HttpRequest, place: Place) -> HttpResponse:
    year, by = in_year(place), place.actor
    asked = many(request.POST, "division")
    chosen = [d for d in divisions_of_school(year, by=by) if d.pk in asked]
    try:
        if request.POST.get("faire") == "mef":
            every = divisions_of_school(year, by=by)
            count = set_sectors_by_mef(year, every, by=by)
        else:
            count = set_sector(chosen, _sector(request.POST, place), by=by)
    except BadChoice as refusal:
        return _classes(request, place, refused=refusal.phrase, ticked=asked)
    plural = "s" if count > 1 else ""
    messages.success(request, f"Filière changée pour {count} division{plural}.")
    return redirect("bulletins:classes", place.school.uai)


def _sector(posted: QueryDict, place: Place) -> Sector | None:
    """The one chosen; none when the blank is. Raises `Http404` for one of another school."""
    if not posted.get("filiere"):
        return None
    found = sector_of(number(posted, "filiere"), place.school)
    if found is None:
        raise Http404
    return found


def _classes(
    request: HttpRequest, place: Place, *, refused: str = "", ticked: Sequence[int] = ()
) -> HttpResponse:
    year = in_year(place)
    held, proposed = sectors_of(year), proposed_sectors(year, by=place.actor)
    rows = [
        ClassRow(one, held.get(one.pk), proposed.get(one.pk), one.pk in ticked)
        for one in divisions_of_school(year, by=place.actor)
    ]
    context = {
        "rows": rows,
        "sectors": sectors(place.school),
        "refused": refused,
        "lacking": sum(row.sector is None for row in rows),
    }
    return render(request, "bulletins/classes.html", context, status=422 if refused else 200)


@PAGE
@configuring
def matieres(request: HttpRequest, place: Place) -> HttpResponseBase:
    """Ressources > Matières > Liste: the SIECLE code of each subject. One query, doors aside."""
    if request.method == "POST":
        return _change_subject(request, place)
    return _matieres(request, place)


def _change_subject(request: HttpRequest, place: Place) -> HttpResponse:
    code = request.POST.get("code", "")
    try:
        if request.POST.get("faire") == "creer":
            made = add_subject(request.POST.get("libelle", ""), code, by=place.actor)
            said = f"La matière « {made} » existe."
        else:
            held = subject_of(number(request.POST, "matiere"), place.school)
            if held is None:
                raise Http404
            done = set_code(held, code, seen=sent_seen(request.POST), by=place.actor)
            told = f"« {held} » : code SIECLE {code.strip() or 'retiré'}."
            said = told if done else "Rien n’a changé."
    except (BadChoice, Changed) as refusal:
        return _matieres(request, place, Refusal.of(refusal))
    messages.success(request, said)
    return redirect("bulletins:subjects", place.school.uai)


def _matieres(request: HttpRequest, place: Place, refused: Refusal = NOT_REFUSED) -> HttpResponse:
    typed_for, typed = number(request.POST, "matiere"), sent_texts(request.POST, ("code",))
    rows = [
        (
            one,
            Filled.again({"code": one.code}, typed, sent_seen(request.POST), refused)
            if refused and one.pk == typed_for
            else Filled.fresh({"code": one.code}),
        )
        for one in subjects(place.school)
    ]
    context = {
        "subjects": rows,
        "refused": refused,
        "typed": request.POST,
        "typed_for": typed_for,
        "vocational": VOCATIONAL_CODE,
    }
    return render(request, "bulletins/subjects.html", context, status=refused.status)


@PAGE
@reading
def filieres(request: HttpRequest, place: Place) -> HttpResponseBase:
    """Filières concernées: sought and read by everybody, edited by who configures. One query."""
    if request.method == "POST":
        return _change_filieres(request, place)
    words = request.GET.get("q", "")
    try:
        found = sectors(place.school, read_line("La recherche", words, WORDS_MAX))
    except BadChoice as refusal:
        return _filieres(request, place, [], Refusal.of(refusal))
    return _filieres(request, place, found)


def _filieres(
    request: HttpRequest,
    place: Place,
    found: Sequence[Sector],
    refused: Refusal = NOT_REFUSED,
) -> HttpResponse:
    asked = number(request.POST, "filiere")
    rows = [
        (
            one,
            Filled.again(
                sector_texts(one), _sector_typed(request.POST), sent_seen(request.POST), refused
            )
            if one.pk == asked
            else Filled.fresh(sector_texts(one)),
        )
        for one in found
    ]
    context = {
        "sectors": rows,
        "words": request.GET.get("q", ""),
        "refused": refused,
        "may_write": can_configure(place.actor),
        "groupings": list(Grouping),
    }
    return render(request, "bulletins/sectors.html", context, status=refused.status)


def _sector_typed(posted: QueryDict) -> Texts:
    by_element = posted.get("evaluation") == Grouping.ELEMENT.value
    grouping = Grouping.ELEMENT if by_element else Grouping.COMPETENCE
    return {"evaluation": grouping.value, "import": TICKED[posted.get("import") == "oui"]}


def _added(count: int) -> str:
    plural = "s" if count > 1 else ""
    return f"{count} filière{plural} ajoutée{plural}"


def _change_filieres(request: HttpRequest, place: Place) -> HttpResponse:
    if not can_configure(place.actor):
        raise PermissionDenied
    if request.POST.get("faire") == "remplir":
        made = prefill_sectors(by=place.actor)
        messages.success(request, f"{_added(len(made))} d’après les référentiels.")
        return redirect("bulletins:sectors", place.school.uai)
    held = sector_of(number(request.POST, "filiere"), place.school)
    if held is None:
        raise Http404
    typed = _sector_typed(request.POST)
    try:
        done = edit_sector(
            held,
            available=typed["import"] == TICKED[True],
            grouping=Grouping(typed["evaluation"]),
            seen=sent_seen(request.POST),
            by=place.actor,
        )
    except Changed as refusal:
        return _filieres(request, place, sectors(place.school), Refusal.of(refusal))
    messages.success(request, f"Filière « {held} » enregistrée." if done else "Rien n’a changé.")
    return redirect("bulletins:sectors", place.school.uai)
