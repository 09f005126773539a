"""Compétences > Référentiels > Référentiels par matière."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from livretpro.bulletins.actions.frames import (
    ItemChoice,
    create_frame,
    item_texts,
    set_items,
    update_codes,
)
from livretpro.bulletins.actions.repairs import codes_phrase
from livretpro.bulletins.models import Frame, FrameItem
from livretpro.bulletins.queries.sectors import (
    FrameLine,
    codes_of_frames,
    frame_of,
    frames,
    items_of,
    sector_of,
    sectors,
)
from livretpro.bulletins.refusals import BadChoice
from livretpro.bulletins.settling import Changed
from livretpro.bulletins.words import VOCATIONAL_CODE, Grouping
from livretpro.schools.models import School
from livretpro.web.base.place import Place
from livretpro.web.bulletins.asked import number
from livretpro.web.bulletins.doors import configuring
from livretpro.web.bulletins.keeping import (
    NOT_REFUSED,
    Filled,
    Refusal,
    sent_seen,
    sent_texts,
)

PAGE = require_http_methods(["GET", "HEAD", "POST"])


@PAGE
@configuring
def referentiels(request: HttpRequest, place: Place) -> HttpResponseBase:
    """The frames, with the column CPRO. Five queries, doors aside, six when the school has
    référentiels of its own."""
    if request.method == "POST":
        return _change(request, place)
    return _list(request, place)


def _change(request: HttpRequest, place: Place) -> HttpResponse:
    try:
        if request.POST.get("faire") == "codes":
            frame = _frame(place, number(request.POST, "referentiel"))
            said = codes_phrase(update_codes(frame, by=place.actor))
        else:
            sector = sector_of(number(request.POST, "filiere"), place.school)
            if sector is None:
                raise Http404
            made = create_frame(sector, by=place.actor)
            said = f"Le référentiel « {made} » existe pour la filière « {sector} »."
    except BadChoice as refusal:
        return _list(request, place, refused=refusal.phrase)
    messages.success(request, said)
    return redirect("bulletins:frames", place.school.uai)


@dataclass(frozen=True)
class FrameRow:
    """A frame of the list; `unplaced` counts the codes of CPRO that have no line."""

    line: FrameLine
    unplaced: int

    @property
    def whole(self) -> bool:
        """Whether whatever CPRO sends has its line."""
        return 0 < self.line.lines == self.line.coded and not self.unplaced


def _rows(school: School) -> list[FrameRow]:
    """The frames; CPRO speaks of the vocational subject alone."""
    lines = frames(school)
    of_cpro = [line for line in lines if line.frame.subject.code == VOCATIONAL_CODE]
    codes = codes_of_frames(of_cpro, school)
    held = [(line, codes.get(line.frame.pk)) for line in lines]
    return [FrameRow(line, len(found.unplaced) if found else 0) for line, found in held]


def _list(request: HttpRequest, place: Place, *, refused: str = "") -> HttpResponse:
    rows = _rows(place.school)
    held = {row.line.frame.sector_id for row in rows}
    context = {
        "rows": rows,
        "without": [sector for sector in sectors(place.school) if sector.pk not in held],
        "refused": refused,
    }
    return render(request, "bulletins/frames.html", context, status=422 if refused else 200)


@dataclass(frozen=True)
class ItemRow:
    """A line of a frame at its depth; `light`: a competence that is itself evaluated; two people
    changed the code that `code_clashes`, the label that `label_clashes`."""

    item: FrameItem
    depth: int
    light: bool
    kind: str
    code: str
    label: str
    code_clashes: bool
    label_clashes: bool


@PAGE
@configuring
def referentiel(request: HttpRequest, place: Place, frame: int) -> HttpResponseBase:
    """The lines of a frame; those evaluated by competence in light blue. Two queries."""
    found = _frame(place, frame)
    if request.method == "POST":
        return _change_one(request, place, found)
    return _one(request, found)


def _frame(place: Place, pk: int) -> Frame:
    found = frame_of(pk, place.school)
    if found is None:
        raise Http404
    return found


def _change_one(request: HttpRequest, place: Place, frame: Frame) -> HttpResponse:
    try:
        if request.POST.get("faire") == "codes":
            said = codes_phrase(update_codes(frame, by=place.actor))
        else:
            said = _lines_set(request, place, frame)
    except (BadChoice, Changed) as refusal:
        return _one(request, frame, Refusal.of(refusal))
    messages.success(request, said)
    return redirect("bulletins:frame", place.school.uai, frame.pk)


def _lines_set(request: HttpRequest, place: Place, frame: Frame) -> str:
    chosen = {
        item.pk: ItemChoice(request.POST[f"code_{item.pk}"], request.POST[f"libelle_{item.pk}"])
        for item in items_of(frame)
        if {f"code_{item.pk}", f"libelle_{item.pk}"} <= request.POST.keys()
    }
    count = set_items(frame, chosen, seen=sent_seen(request.POST), by=place.actor)
    if not count:
        return "Rien n’a changé."
    plural = "s" if count > 1 else ""
    return f"{count} ligne{plural} enregistrée{plural}."


def _one(request: HttpRequest, frame: Frame, refused: Refusal = NOT_REFUSED) -> HttpResponse:
    by_competence = frame.sector.grouping == Grouping.COMPETENCE.value
    items = items_of(frame)
    form = Filled.fresh(stands := item_texts(items))
    if refused and request.POST.get("faire") != "codes":
        typed = sent_texts(request.POST, stands)
        form = Filled.again(stands, typed, sent_seen(request.POST), refused)
    rows = [
        ItemRow(
            item,
            0 if item.parent_id is None else 1,
            by_competence and item.parent_id is None,
            _kind(item, by_competence=by_competence),
            form.texts[f"code_{item.pk}"],
            form.texts[f"libelle_{item.pk}"],
            f"code_{item.pk}" in form.clashing,
            f"libelle_{item.pk}" in form.clashing,
        )
        for item in items
    ]
    context = {
        "frame": frame,
        "rows": rows,
        "coded": sum(bool(item.cpro_code) for item in items),
        "by_competence": by_competence,
        "grouping": Grouping(frame.sector.grouping).label,
        "seen": form.seen,
        "refused": refused,
    }
    return render(request, "bulletins/frame.html", context, status=refused.status)


def _kind(item: FrameItem, *, by_competence: bool) -> str:
    if item.parent_id is None:
        return "compétence" if by_competence else "élément signifiant"
    return "sous-item" if by_competence else "item"
