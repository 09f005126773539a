"""What the pages of a service share: its cells, what was refused in them, what is saved."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone

from livretpro.bulletins.actions.typing import (
    Answer,
    Closed,
    Lines,
    NotYours,
    closed_reason,
    record_in_service,
)
from livretpro.bulletins.models import Period, Service
from livretpro.bulletins.permissions import can_write_in
from livretpro.bulletins.queries.desk import Texts
from livretpro.bulletins.queries.naming import names_once_in
from livretpro.bulletins.queries.services import Place as ServicePlace
from livretpro.schools.models import Enrolment
from livretpro.web.bulletins.place import PeriodPlace
from livretpro.web.bulletins.typing import (
    Cell,
    Unreadable,
    read_typed,
    refusal_status,
    refused_by_place,
    said,
    seen_by,
    stray,
    without_field,
)

Refused = Mapping[tuple[int, str], Answer]
"""What was typed and not kept, by pupil and field."""


class AnyDesk(Protocol):
    """What one types in: a service and a period, the values that stand."""

    @property
    def service(self) -> Service: ...
    @property
    def period(self) -> Period: ...
    @property
    def texts(self) -> Texts: ...
    @property
    def of_cpro(self) -> frozenset[tuple[int, str]]: ...
    @property
    def students(self) -> frozenset[int]: ...
    @property
    def lines(self) -> Lines: ...


D = TypeVar("D", bound=AnyDesk)
Show = Callable[[D, Refused, int], HttpResponse]
"""The page of a desk, with what was refused and the status it answers with."""


@dataclass(frozen=True)
class Row:
    """A pupil in the grid: the cells, the average and what it becomes."""

    pupil: Enrolment
    cells: tuple[Cell, ...]
    average: str = ""


def cell(desk: AnyDesk, pupil: Enrolment, key: str, refused: Refused) -> Cell:
    """A field of a pupil."""
    where = (pupil.student_id, key)
    return Cell(
        *where, desk.texts.get(where, ""), refused.get(where), of_cpro=where in desk.of_cpro
    )


def writing(place: PeriodPlace, desk: AnyDesk) -> dict[str, Any]:
    """The desk, and whether this person writes in it: `reason` says why not."""
    closed = closed_reason(desk.period)
    may = can_write_in(place.actor, desk.service)
    reason = closed or ("" if may else NotYours.phrase)
    return {"desk": desk, "reason": reason, "open": not reason}


def place_of(desk: AnyDesk) -> ServicePlace:
    """Where the pupils of a desk are named."""
    return desk.service.division_id, desk.service.group_id


def grid(
    rows: Sequence[Row],
    refused: Refused,
    held: ServicePlace,
    labels: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """The fields of a page, and what was typed in those that it no longer has: one query then.
    `labels` name fields by their key."""
    cells = [cell for row in rows for cell in row.cells]
    gone = without_field(refused, cells)
    names = names_once_in(held, (one.typed.student for one in gone)) if gone else {}
    return {
        "rows": rows,
        "seen": seen_by(cells),
        "refused": len(refused) - len(gone),
        "strays": [stray(one, names, labels or {}) for one in gone],
    }


def answered(
    request: HttpRequest, place: PeriodPlace, read: Callable[[], D], show: Show[D], back: str
) -> HttpResponseBase:
    """The page of a desk, or what becomes of what it sends: each value on its own, what is refused
    is shown again with its reason, the rest is kept. Reads the desk again only then."""
    desk = read()
    if request.method != "POST":
        return show(desk, {}, 200)
    try:
        typed = read_typed(request.POST)
        answers = record_in_service(
            desk.service,
            desk.period,
            typed,
            pupils=desk.students,
            lines=desk.lines,
            now=timezone.now(),
            by=place.actor,
        )
    except Unreadable as unreadable:
        raise BadRequest from unreadable
    except NotYours as refusal:
        raise PermissionDenied from refusal
    except Closed as refusal:
        answers = [Answer(one, phrase=refusal.phrase) for one in typed]
    refused = refused_by_place(answers)
    if refused:
        return show(read(), refused, refusal_status(answers))
    tell_saved(request, answers)
    return redirect(back, place.school.uai, place.number, desk.service.pk)


def tell_saved(request: HttpRequest, answers: Sequence[Answer]) -> None:
    """How many were kept; the address tells the browser that this form has its answer."""
    messages.success(request, said(answers), extra_tags=request.path)
