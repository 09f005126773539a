"""The records: lists by division, a record read and edited, its history, its state."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from livretpro.lsl_registry.cells import Cell, cells, code_of, labelled, places
from livretpro.lsl_registry.editing import Gone, Moved, NotOpen, WouldBeWrong, edit, own_changes
from livretpro.lsl_registry.offered import offered_to
from livretpro.lsl_registry.records import (
    MOVES,
    Done,
    Held,
    history,
    move,
    record_of,
    records_of,
    send,
)
from livretpro.lsl_registry.retyped import BadCells
from livretpro.referentiels.queries import lsl_code_labels
from livretpro.referentiels.rules import Level
from livretpro.schools.models import SchoolYear
from livretpro.web.base.asking import is_key
from livretpro.web.registre.doors import at_registre, reads_registre
from livretpro.web.registre.place import RegistrePlace

CELL = "c:"
"""What the name of a cell begins with in the form."""
DONE = {"viser": "visé", "reprendre": "rendu", "verser": "versé"}


@require_safe
@reads_registre
def records(request: HttpRequest, place: RegistrePlace) -> HttpResponseBase:
    """Every pupil with a livret, division by division, then those gone whose record is held. Three
    queries, doors aside; one more and two by year when some are gone."""
    year = _year(place)
    held = records_of(year, by=place.actor)
    groups = groupby(held, key=lambda one: (one.year, one.pupil.division))
    divisions = [DivisionRows(own, code or "", list(rows)) for (own, code), rows in groups]
    context = {
        "divisions": divisions,
        "at_work": year,
        "sendings": [(own, list(Level)) for own in _years(year, held)],
        "gone": any(not one.pupil.division or one.year != year for one in held),
    }
    return render(request, "registre/records.html", context)


def _years(year: SchoolYear, held: Sequence[Held]) -> list[SchoolYear]:
    """The year at work, then those of the pupils gone."""
    return list(dict.fromkeys([year, *(one.year for one in held)]))


@dataclass(frozen=True)
class DivisionRows:
    """The pupils of a division of a year, and whether one of their records may still change; no
    code: of those who left in the year."""

    year: SchoolYear
    code: str
    rows: Sequence[Held]

    @property
    def any_open(self) -> bool:
        """Whether there is something to sign, or to take back."""
        return any(row.record and row.record.is_open for row in self.rows)


@require_http_methods(["GET", "HEAD", "POST"])
@reads_registre
def record(request: HttpRequest, place: RegistrePlace, eleve: int) -> HttpResponseBase:
    """A record, to read and to type in. Nine queries at most to read it, doors aside, three more
    when the pupil is gone."""
    held = _held(place, eleve)
    if request.method != "POST":
        return _record(request, held)
    typed, version = _typed(request), request.POST.get("version", "")
    seen = int(version) if is_key(version) else 0
    try:
        changed = edit(held, typed, seen=seen, by=place.actor)
    except BadCells as refusal:
        told = Refused(refusal.phrase, errors=refusal.errors)
    except WouldBeWrong as refusal:
        told = Refused(refusal.phrase, refusal.phrases)
    except (Moved, NotOpen, Gone) as refusal:
        told = Refused(refusal.phrase, status=409)
    else:
        messages.success(request, "Dossier enregistré." if changed else "Rien n’a changé.")
        return redirect("registre:record", place.school.uai, eleve)
    held = _held(place, eleve)
    return _record(request, held, own_changes(held, typed, seen=seen), told)


def _typed(request: HttpRequest) -> dict[str, str]:
    sent = {key: str(text) for key, text in request.POST.items()}
    return {key[len(CELL) :]: text for key, text in sent.items() if key.startswith(CELL)}


@dataclass(frozen=True)
class Refused:
    """Why nothing was kept: a sentence, the rules broken, what is wrong by cell."""

    phrase: str
    rules: Sequence[str] = ()
    errors: Mapping[str, str] = field(default_factory=dict)
    status: int = 422


@dataclass(frozen=True)
class CellRow:
    """A cell of the form, what stands when somebody typed otherwise, and its error."""

    cell: Cell
    text: str
    error: str

    @property
    def differs(self) -> bool:
        """Whether something else was typed than what the record says."""
        return self.text != self.cell.value


def _record(
    request: HttpRequest,
    held: Held,
    typed: Mapping[str, str] | None = None,
    refused: Refused | None = None,
) -> HttpResponse:
    errors = refused.errors if refused else {}
    rows = [
        CellRow(cell, (typed or {}).get(cell.key, cell.value), errors.get(cell.key, ""))
        for cell in _cells(held, typed or {})
    ]
    groups = groupby(rows, key=lambda row: row.cell.group)
    context = {
        "held": held,
        "groups": [(name, list(own)) for name, own in groups],
        "refused": refused,
        "moves": _moves(held),
    }
    status = refused.status if refused else 200
    return render(request, "registre/record.html", context, status=status)


def _cells(held: Held, typed: Mapping[str, str]) -> tuple[Cell, ...]:
    """Those of the record; last, those of what was typed where the record has no place any more."""
    found = cells(held.eleve, offered_to(held.pupil, held.year)) if held.eleve else ()
    kept = {cell.key for cell in found}
    found += places(key for key, text in typed.items() if key not in kept and text.strip())
    codes, uai = filter(None, map(code_of, found)), held.year.school.uai
    return labelled(found, lsl_code_labels(codes, own_of=uai, loaded_for=uai))


_WORDS = {"viser": "Viser", "reprendre": "Reprendre le visa"}


def _moves(held: Held) -> list[tuple[str, str]]:
    """What may be done to this record alone."""
    state = held.record.state if held.record else ""
    return [(what, words) for what, words in _WORDS.items() if state in MOVES[what][0]]


@require_safe
@reads_registre
def states(request: HttpRequest, place: RegistrePlace, eleve: int) -> HttpResponseBase:
    """The history of a record: who changed what, when. Four queries, doors aside."""
    held = _held(place, eleve)
    steps = history(held.record) if held.record else []
    return render(request, "registre/history.html", {"held": held, "steps": steps})


@require_POST
@at_registre
def change_state(request: HttpRequest, place: RegistrePlace) -> HttpResponseBase:
    """Sign records, take a signature back, send those of a level of a year that are signed."""
    what = request.POST.get("faire", "")
    if what not in MOVES:
        raise Http404
    if what == "verser":
        return _send(request, place)
    read = _read(request)
    done = move(_year(place), what, read, by=place.actor)
    _tell(request, what, done)
    if len(read) == 1:
        return redirect("registre:record", place.school.uai, *read)
    return redirect("registre:records", place.school.uai)


def _send(request: HttpRequest, place: RegistrePlace) -> HttpResponseBase:
    asked, year = request.POST.get("niveau", ""), request.POST.get("annee", "")
    if asked not in set(Level) or not is_key(year):
        raise Http404
    count = send(_year(place), Level(asked), of=int(year), by=place.actor)
    _tell(request, "verser", Done(count))
    return redirect("registre:records", place.school.uai)


def _read(request: HttpRequest) -> dict[int, int]:
    """The pupils ticked, each with the version of the record that the page showed: `1001.3`."""
    pairs = (one.partition(".") for one in request.POST.getlist("eleve"))
    return {
        int(pupil): int(version) if is_key(version) else 0
        for pupil, _, version in pairs
        if is_key(pupil)
    }


def _tell(request: HttpRequest, what: str, done: Done) -> None:
    more = "s" if done.moved > 1 else ""
    if done.moved or not done.changed:
        messages.success(request, f"{done.moved} dossier{more} {DONE[what]}{more}.")
    if done.changed:
        names = ", ".join(done.changed)
        messages.warning(
            request, f"À relire avant de viser, le dossier a changé depuis votre lecture : {names}."
        )


def _year(place: RegistrePlace) -> SchoolYear:
    if place.year is None:
        raise Http404
    return place.year


def _held(place: RegistrePlace, eleve: int) -> Held:
    held = record_of(_year(place), eleve, by=place.actor)
    if held is None:
        raise Http404
    return held
