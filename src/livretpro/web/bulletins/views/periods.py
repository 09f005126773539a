"""Ressources > Périodes: those of the school, and those that some divisions have of their own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from livretpro.bulletins.actions.periods import (
    Bounds,
    close_period,
    equal_parts,
    reopen_period,
    set_periods,
)
from livretpro.bulletins.models import Period
from livretpro.bulletins.permissions import can_close
from livretpro.bulletins.queries.periods import period_of, periods_by_place
from livretpro.bulletins.refusals import BadChoice, ClosingNotAllowed
from livretpro.bulletins.words import PeriodKind
from livretpro.schools.models import Division
from livretpro.web.base.place import Place
from livretpro.web.bulletins.asked import number
from livretpro.web.bulletins.doors import configuring, in_year


@require_http_methods(["GET", "HEAD", "POST"])
@configuring
def periods(request: HttpRequest, place: Place) -> HttpResponseBase:
    """The periods of the school and of the divisions that have their own: their dates, closed and
    opened again. One query, doors aside."""
    if request.method == "POST":
        return _change(request, place)
    return _page(request, place)


def _change(request: HttpRequest, place: Place) -> HttpResponse:
    try:
        said = _done(request.POST, place)
    except BadChoice as refusal:
        return _page(request, place, refused=refusal.phrase)
    except ClosingNotAllowed as refusal:
        raise PermissionDenied from refusal
    messages.success(request, said)
    return redirect("bulletins:periods", place.school.uai)


def _done(posted: QueryDict, place: Place) -> str:
    what = posted.get("faire", "")
    if what in {"cloturer", "rouvrir"}:
        return _opened_or_closed(posted, place)
    if what == "dates":
        return _dated(posted, place)
    kind = PeriodKind.SEMESTRE if posted.get("periodicite") == "S" else PeriodKind.TRIMESTRE
    year = in_year(place)
    set_periods(year, kind, equal_parts(kind, year.start, year.end), by=place.actor)
    return f"Les {kind.word}s sont enregistrés."


def _opened_or_closed(posted: QueryDict, place: Place) -> str:
    held = period_of(number(posted, "periode"), place.school)
    if held is None:
        raise Http404
    name = f"{held} de {held.division}" if held.division else str(held)
    if posted.get("faire") == "cloturer":
        close_period(held, now=timezone.now(), by=place.actor)
        return f"Le {name} est clôturé : personne n’y écrit plus."
    reopen_period(held, by=place.actor)
    return f"Le {name} est rouvert."


def _dated(posted: QueryDict, place: Place) -> str:
    """New dates for periods that exist; 404 for a division that has none of its own."""
    year, asked = in_year(place), number(posted, "division")
    held = periods_by_place(year)
    places = {one.pk if one else 0: one for one in held}
    if asked not in places:
        raise Http404
    division = places[asked]
    if not held[division]:
        raise BadChoice("Choisissez d’abord trimestres ou semestres.")
    kind = PeriodKind(held[division][0].kind)
    set_periods(year, kind, _bounds(posted, kind), division=division, by=place.actor)
    whose = f" de {division}" if division else ""
    return f"Les {kind.word}s{whose} sont enregistrés."


def _bounds(posted: QueryDict, kind: PeriodKind) -> list[Bounds]:
    """Raises `BadChoice` for a day that is none."""
    try:
        return [
            Bounds(n, _day(posted, f"debut_{n}"), _day(posted, f"fin_{n}"))
            for n in range(1, kind.per_year + 1)
        ]
    except ValueError as unread:
        raise BadChoice("Donnez le premier et le dernier jour de chaque période.") from unread


def _day(posted: QueryDict, name: str) -> date:
    return date.fromisoformat(posted.get(name, ""))


@dataclass(frozen=True)
class PeriodRow:
    """A period, and its days as typed when they were refused."""

    period: Period
    start: str
    end: str


@dataclass(frozen=True)
class PeriodTable:
    """The periods of a division, or of the school."""

    division: Division | None
    rows: Sequence[PeriodRow]

    @property
    def key(self) -> int:
        """As forms write it: 0 is the school."""
        return self.division.pk if self.division else 0

    @property
    def name(self) -> str:
        """What the page calls it."""
        return f"Périodes de {self.division}" if self.division else "Périodes de l’établissement"


def _page(request: HttpRequest, place: Place, *, refused: str = "") -> HttpResponse:
    held = periods_by_place(in_year(place))
    tables = [_table(request.POST, division, own) for division, own in held.items()]
    context = {
        "school": tables[0],
        "own": tables[1:],
        "kinds": list(PeriodKind),
        "kind": held[None][0].kind if held[None] else "",
        "may_close": can_close(place.actor),
        "refused": refused,
    }
    return render(request, "bulletins/periods.html", context, status=422 if refused else 200)


def _table(posted: QueryDict, division: Division | None, held: Sequence[Period]) -> PeriodTable:
    """With the days typed, where they are those of this table."""
    table = PeriodTable(division, ())
    typed = posted if number(posted, "division") == table.key else QueryDict()
    rows = [
        PeriodRow(
            one,
            typed.get(f"debut_{one.number}") or one.start.isoformat(),
            typed.get(f"fin_{one.number}") or one.end.isoformat(),
        )
        for one in held
    ]
    return PeriodTable(division, rows)
