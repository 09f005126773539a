"""The référentiel of a diploma: what it holds, the school's own versions, moving livrets."""

from dataclasses import replace
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from livretpro.livrets.actions import AlreadyUndone, move_livrets, save_version, undo_move
from livretpro.livrets.permissions import can_configure
from livretpro.livrets.versions import last_move, move_to, to_move
from livretpro.referentiels import exchange
from livretpro.referentiels.exchange import BadReferentiel
from livretpro.referentiels.models import Referentiel
from livretpro.referentiels.own import BadLines, NoCodeLeft, Overtaken
from livretpro.referentiels.queries import (
    NoNomenclature,
    competences_of,
    nomenclature_file,
    own_versions,
    shipped_version,
    version_of,
)
from livretpro.referentiels.typed import as_text
from livretpro.web.base.asking import is_key
from livretpro.web.suivi.doors import in_diploma
from livretpro.web.suivi.forms.referentiel import FileForm, Typed, from_lines, from_rows, from_text
from livretpro.web.suivi.place import DiplomaPlace
from livretpro.web.suivi.referentiel_rows import version_rows
from safe_input import Refused


@require_safe
@in_diploma
def referentiel(request: HttpRequest, place: DiplomaPlace) -> HttpResponseBase:
    """The list in use, the versions, the livrets that hold another one. Six queries, doors aside,
    three more when there is something to move, one when the school made its own list."""
    _heads_only(place)
    return _page(request, place)


@require_http_methods(["GET", "HEAD", "POST"])
@in_diploma
def edit(request: HttpRequest, place: DiplomaPlace) -> HttpResponseBase:
    """The editor: a text read into rows, rows corrected, then a new version. `?depuis=` is the
    version to start from: a former one, or the list that comes with LivretPro."""
    _heads_only(place)
    if request.method != "POST":
        return _editor(request, place, _start(request, place))
    if "fichier" in request.FILES:
        return _read_file(request, place)
    if "lire" in request.POST:
        return _editor(request, place, from_text(request.POST))
    return _save(request, place, from_rows(request.POST))


@require_POST
@in_diploma
def move(request: HttpRequest, place: DiplomaPlace) -> HttpResponseBase:
    """Bring this year's livrets to the version in use."""
    _heads_only(place)
    version = place.diploma.referentiel
    if version is None or str(version.pk) != request.POST.get("version"):
        messages.error(request, "La version en usage a changé entre-temps : relisez la page.")
        return _back(place)
    moved = move_livrets(place.year, place.diploma.cfd, version, by=place.actor)
    count = len(moved.livrets)
    plural = "s" if count > 1 else ""
    messages.success(
        request, f"{count} livret{plural} passé{plural} à la version {version.version}."
    )
    return _back(place)


@require_POST
@in_diploma
def undo(request: HttpRequest, place: DiplomaPlace) -> HttpResponseBase:
    """Bring the livrets of the last move back."""
    _heads_only(place)
    last = last_move(place.year, place.diploma.cfd)
    if last is None or str(last.pk) != request.POST.get("passage"):
        raise Http404
    try:
        undone = undo_move(last, by=place.actor, now=timezone.now())
    except AlreadyUndone as refusal:
        messages.error(request, refusal.phrase)
        return _back(place)
    plural = "s" if undone.back > 1 else ""
    messages.success(request, f"Passage annulé : {undone.back} livret{plural} comme avant.")
    for livret, codes in undone.left:
        messages.warning(
            request,
            f"Le livret de {livret.student} reste à la nouvelle version : "
            f"{', '.join(codes)} y a été saisi depuis.",
        )
    return _back(place)


@require_safe
@in_diploma
def file(request: HttpRequest, place: DiplomaPlace) -> HttpResponseBase:  # noqa: ARG001 (a view)
    """The version in use as a JSON file, to keep or to give to another school."""
    _heads_only(place)
    version = place.diploma.referentiel
    if version is None:
        raise Http404
    name = f"referentiel-{place.diploma.cfd}-v{version.version}.json"
    return _download(exchange.written(version), name, "application/json")


@require_safe
@in_diploma
def nomenclature(request: HttpRequest, place: DiplomaPlace) -> HttpResponseBase:
    """The LSL codes in use, the school's own included, for a Registre. Six queries at most."""
    _heads_only(place)
    try:
        content = nomenclature_file(
            place.school.uai, subject=settings.LSL_SUBJECT_CODE, mode=settings.LSL_ELECTION_MODE
        )
    except NoNomenclature as refusal:
        messages.error(request, refusal.phrase)
        return _back(place)
    return _download(content, f"nomenclature-lsl-{place.school.uai}.xml", "application/xml")


def _heads_only(place: DiplomaPlace) -> None:
    """The head and the DDFPT, in the year at work: livrets of a former one keep their version."""
    if not can_configure(place.actor):
        raise PermissionDenied
    if place.former:
        raise Http404


def _download(content: bytes, name: str, kind: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _back(place: DiplomaPlace) -> HttpResponse:
    return redirect("suivi:referentiel", place.school.uai, place.diploma.cfd)


def _page(request: HttpRequest, place: DiplomaPlace) -> HttpResponse:
    version, cfd = place.diploma.referentiel, place.diploma.cfd
    versions = own_versions(place.school.uai, cfd)
    shown = [*versions, *([version] if version and version not in versions else [])]
    competences = competences_of(shown)
    others = to_move(place.year, cfd, version) if version else []
    context = {
        "version": version,
        "competences": competences.get(version.pk, []) if version else [],
        "versions": version_rows(versions, competences),
        "shipped": shipped_version(cfd) if versions else None,
        "move": move_to(others, version) if version and others else None,
        "last_move": last_move(place.year, cfd),
    }
    return render(request, "suivi/referentiel.html", context)


def _start(request: HttpRequest, place: DiplomaPlace) -> Typed:
    wanted = request.GET.get("depuis")
    if wanted is None:
        return _in_use(place)
    cfd, uai = place.diploma.cfd, place.school.uai
    former = version_of(uai, cfd, int(wanted)) if is_key(wanted) else None
    if former is None:
        raise Http404
    return _from(place, former)


def _in_use(place: DiplomaPlace) -> Typed:
    """The version in use, to start from."""
    version = place.diploma.referentiel
    return _from(place, version) if version else from_lines([], seen=None, complete=True)


def _from(place: DiplomaPlace, version: Referentiel) -> Typed:
    """The lines of a version, to take the place of the one in use."""
    in_use = place.diploma.referentiel
    lines = exchange.lines_of(competences_of([version])[version.pk])
    seen = in_use.pk if in_use and in_use.is_own else None
    return from_lines(lines, seen=seen, complete=version.complete, sigle=version.sigle)


def _read_file(request: HttpRequest, place: DiplomaPlace) -> HttpResponse:
    """A JSON file read into rows: nothing is kept before « Enregistrer »."""
    in_use, form = _in_use(place), FileForm(request.POST, request.FILES)
    if not form.is_valid():
        phrase = form.errors["fichier"][0]
        return _editor(request, place, in_use, status=422, refused=str(phrase))
    try:
        read = exchange.read(form.cleaned_data["fichier"])
    except (BadReferentiel, Refused) as refusal:
        return _editor(request, place, in_use, status=422, refused=refusal.phrase)
    typed = from_lines(read.lines, seen=in_use.seen, complete=read.complete, sigle=read.sigle)
    return _editor(request, place, typed)


def _save(request: HttpRequest, place: DiplomaPlace, typed: Typed) -> HttpResponse:
    try:
        made, fresh = save_version(
            place.diploma,
            typed.lines,
            seen=typed.seen,
            sigle=typed.sigle,
            complete=typed.complete,
            by=place.actor,
        )
    except BadLines as refusal:
        return _editor(request, place, typed, status=422, refused=refusal.phrase)
    except NoCodeLeft as refusal:
        return _editor(request, place, typed, status=409, refused=refusal.phrase)
    except Overtaken as refusal:
        return _overtaken(request, place, typed, refusal)
    said = f"Version {made.version} enregistrée." if fresh else "Rien n’avait changé."
    messages.success(request, said)
    return _back(place)


def _overtaken(
    request: HttpRequest, place: DiplomaPlace, typed: Typed, refusal: Overtaken
) -> HttpResponse:
    """Both lists on screen: saving again is a choice made knowingly."""
    newest: Referentiel = refusal.newest
    theirs = exchange.lines_of(competences_of([newest])[newest.pk])
    again = replace(typed, seen=newest.pk)
    return _editor(
        request, place, again, status=409, refused=refusal.phrase, newest=newest, theirs=theirs
    )


def _editor(
    request: HttpRequest, place: DiplomaPlace, typed: Typed, *, status: int = 200, **more: Any
) -> HttpResponse:
    context = {
        "typed": typed,
        "text": request.POST.get("liste") or as_text(typed.lines),
        "version": place.diploma.referentiel,
        **more,
    }
    return render(request, "suivi/referentiel_edit.html", context, status=status)
