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
    period_texts,
    reopen_period,
    set_periods,
)
from livretpro.bulletins.models import Period
from livretpro.bulletins.permissions import can_close
from livretpro.bulletins.queries.periods import period_of, periods_by_place
from livretpro.bulletins.refusals import BadChoice, ClosingNotAllowed
from livretpro.bulletins.settling import Changed
from livretpro.bulletins.words import PeriodKind
from livretpro.schools.models import Division
from livretpro.web.base.place import Place
from livretpro.web.bulletins.asked import number
from livretpro.web.bulletins.doors import configuring, in_year
from livretpro.web.bulletins.keeping import (
    NOT_REFUSED,
    Filled,
    Refusal,
    sent_seen,
    sent_texts,
)


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
    except (BadChoice, Changed) as refusal:
        return _page(request, place, Refusal.of(refusal))
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
    year, seen = in_year(place), sent_seen(posted)
    set_periods(year, kind, equal_parts(kind, year.start, year.end), seen=seen, by=place.actor)
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
    kind, seen = PeriodKind(held[division][0].kind), sent_seen(posted)
    if seen.get("periodicite", "") in set(PeriodKind):
        kind = PeriodKind(seen["periodicite"])
    bounds = _bounds(posted, kind)
    set_periods(year, kind, bounds, division=division, seen=seen, by=place.actor)
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
    """The periods of a division, or of the school; `seen` is the value of `vus`."""

    division: Division | None
    rows: Sequence[PeriodRow]
    seen: str

    @property
    def key(self) -> int:
        """As forms write it: 0 is the school."""
        return self.division.pk if self.division else 0

    @property
    def name(self) -> str:
        """What the page calls it."""
        return f"Périodes de {self.division}" if self.division else "Périodes de l’établissement"


def _page(request: HttpRequest, place: Place, refused: Refusal = NOT_REFUSED) -> HttpResponse:
    held = periods_by_place(in_year(place))
    tables = [_table(request.POST, division, own, refused) for division, own in held.items()]
    context = {
        "school": tables[0],
        "own": tables[1:],
        "kinds": list(PeriodKind),
        "kind": held[None][0].kind if held[None] else "",
        "may_close": can_close(place.actor),
        "refused": refused,
    }
    return render(request, "bulletins/periods.html", context, status=refused.status)


def _table(
    posted: QueryDict, division: Division | None, held: Sequence[Period], refused: Refusal
) -> PeriodTable:
    """With the days typed, where they are those of this table."""
    form = Filled.fresh(stands := period_texts(held))
    key = division.pk if division else 0
    if posted.get("faire") == "dates" and number(posted, "division") == key:
        form = Filled.again(stands, sent_texts(posted, stands), sent_seen(posted), refused)
    rows = [
        PeriodRow(one, form.texts[f"debut_{one.number}"], form.texts[f"fin_{one.number}"])
        for one in held
    ]
    return PeriodTable(division, rows, form.seen)
