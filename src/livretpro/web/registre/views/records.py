"""The records: lists by division, a record read and edited, its history, its state."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from livretpro.lsl_registry.cells import BadCells, Cell, Offered, cells, code_of, labelled
from livretpro.lsl_registry.offered import offered_to
from livretpro.lsl_registry.records import (
    MOVES,
    Held,
    Moved,
    NotOpen,
    WouldBeWrong,
    edit,
    history,
    move,
    record_of,
    records_of,
)
from livretpro.referentiels.queries import lsl_code_labels
from livretpro.referentiels.rules import Level
from livretpro.schools.models import SchoolYear
from livretpro.web.base.asking import is_key
from livretpro.web.registre.doors import at_registre
from livretpro.web.registre.place import RegistrePlace

CELL = "c:"
"""What the name of a cell begins with in the form."""
DONE = {"viser": "visés", "reprendre": "repris", "verser": "versés"}


@require_safe
@at_registre
def records(request: HttpRequest, place: RegistrePlace) -> HttpResponseBase:
    """Every pupil with a livret, division by division. Three queries, doors aside."""
    held = records_of(_year(place), by=place.actor)
    divisions = [
        DivisionRows(code or "", list(rows))
        for code, rows in groupby(held, key=lambda one: one.pupil.division)
    ]
    context = {"divisions": divisions, "levels": list(Level)}
    return render(request, "registre/records.html", context)


@dataclass(frozen=True)
class DivisionRows:
    """The pupils of a division, and whether one of their records may still change."""

    code: str
    rows: Sequence[Held]

    @property
    def any_open(self) -> bool:
        """Whether there is something to sign, or to take back."""
        return any(row.record and row.record.is_open for row in self.rows)


@require_http_methods(["GET", "HEAD", "POST"])
@at_registre
def record(request: HttpRequest, place: RegistrePlace, eleve: int) -> HttpResponseBase:
    """A record, to read and to type in. Nine queries at most, doors aside."""
    held = _held(place, eleve)
    if request.method != "POST" or held.record is None:
        return _record(request, place, held)
    typed, version = _typed(request), request.POST.get("version", "")
    try:
        seen = int(version) if is_key(version) else 0
        changed = edit(held, typed, seen=seen, by=place.actor)
    except BadCells as refusal:
        told = Refused(refusal.phrase, errors=refusal.errors)
    except WouldBeWrong as refusal:
        told = Refused(refusal.phrase, refusal.phrases)
    except (Moved, NotOpen) as refusal:
        return _record(
            request, place, _held(place, eleve), typed, Refused(refusal.phrase), status=409
        )
    else:
        messages.success(request, "Dossier enregistré." if changed else "Rien n’a changé.")
        return redirect("registre:record", place.school.uai, eleve)
    return _record(request, place, held, typed, told, status=422)


def _typed(request: HttpRequest) -> dict[str, str]:
    sent = {key: str(text) for key, text in request.POST.items()}
    return {key[len(CELL) :]: text for key, text in sent.items() if key.startswith(CELL)}


@dataclass(frozen=True)
class Refused:
    """Why nothing was kept: a sentence, the rules broken, what is wrong by cell."""

    phrase: str = ""
    rules: Sequence[str] = ()
    errors: Mapping[str, str] | None = None


@dataclass(frozen=True)
class CellRow:
    """A cell of the form, what stands when somebody typed otherwise, and its error."""

    cell: Cell
    text: str
    error: str

    @property
    def stands(self) -> str:
        """What the record says, where something else was typed."""
        return self.cell.value if self.text != self.cell.value else ""


def _record(
    request: HttpRequest,
    place: RegistrePlace,
    held: Held,
    typed: Mapping[str, str] | None = None,
    refused: Refused | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    shown = _cells(held, offered_to(held.pupil, _year(place))) if held.record else ()
    rows = [
        CellRow(
            cell,
            (typed or {}).get(cell.key, cell.value),
            ((refused and refused.errors) or {}).get(cell.key, ""),
        )
        for cell in shown
    ]
    groups = groupby(rows, key=lambda row: row.cell.group)
    context = {
        "held": held,
        "groups": [(name, list(own)) for name, own in groups],
        "refused": refused,
        "moves": _moves(held),
    }
    return render(request, "registre/record.html", context, status=status)


def _cells(held: Held, offered: Offered) -> tuple[Cell, ...]:
    found = cells(held.eleve, offered) if held.eleve else ()
    return labelled(found, lsl_code_labels(filter(None, map(code_of, found))))


_WORDS = {"viser": "Viser", "reprendre": "Reprendre le visa"}


def _moves(held: Held) -> list[tuple[str, str]]:
    """What may be done to this record alone."""
    state = held.record.state if held.record else ""
    return [(what, words) for what, words in _WORDS.items() if state in MOVES[what][0]]


@require_safe
@at_registre
def states(request: HttpRequest, place: RegistrePlace, eleve: int) -> HttpResponseBase:
    """The history of a record: who changed what, when. Four queries, doors aside."""
    held = _held(place, eleve)
    steps = history(held.record) if held.record else []
    return render(request, "registre/history.html", {"held": held, "steps": steps})


@require_POST
@at_registre
def change_state(request: HttpRequest, place: RegistrePlace) -> HttpResponseBase:
    """Sign records, take a signature back, send those of a level that are signed."""
    what = request.POST.get("faire", "")
    if what not in MOVES:
        raise Http404
    asked = request.POST.get("niveau", "")
    chosen = [int(one) for one in request.POST.getlist("eleve") if is_key(one)]
    by_level = what == "verser"
    if by_level and asked not in set(Level):
        raise Http404
    count = move(
        _year(place),
        what,
        by=place.actor,
        students=None if by_level else chosen,
        level=Level(asked) if by_level else None,
    )
    messages.success(request, f"{count} dossiers {DONE[what]}.")
    if len(chosen) == 1:
        return redirect("registre:record", place.school.uai, chosen[0])
    return redirect("registre:records", place.school.uai)


def _year(place: RegistrePlace) -> SchoolYear:
    if place.year is None:
        raise Http404
    return place.year


def _held(place: RegistrePlace, eleve: int) -> Held:
    held = record_of(_year(place), eleve, by=place.actor)
    if held is None:
        raise Http404
    return held
