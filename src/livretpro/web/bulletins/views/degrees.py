"""Degrés: what is typed on the competences of a service, frame by frame."""

from dataclasses import dataclass
from functools import partial

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from livretpro.bulletins.fields import Field, Sort, field
from livretpro.bulletins.models import Period, Service
from livretpro.bulletins.queries.degrees import DegreeDesk, Sheet, degree_desk, line_names
from livretpro.bulletins.words import DEGREE_LABELS
from livretpro.web.bulletins.desks import Refused, Row, answered, cell, grid, place_of, writing
from livretpro.web.bulletins.period_door import in_service
from livretpro.web.bulletins.place import PeriodPlace


@dataclass(frozen=True)
class Page:
    """A frame and its rows."""

    sheet: Sheet
    rows: tuple[Row, ...]


@require_http_methods(["GET", "HEAD", "POST"])
@in_service
def degrees(
    request: HttpRequest, place: PeriodPlace, found: Service, period: Period
) -> HttpResponseBase:
    """The grid of degrees of a service. Six queries at most, doors aside."""

    def show(desk: DegreeDesk, refused: Refused, status: int) -> HttpResponse:
        return _degrees(request, place, desk, refused, status=status)

    read = partial(degree_desk, found, period, place.school)
    return answered(request, place, read, show, "bulletins:degrees")


def _degrees(
    request: HttpRequest,
    place: PeriodPlace,
    desk: DegreeDesk,
    refused: Refused,
    *,
    status: int,
) -> HttpResponse:
    pages = [
        Page(
            sheet,
            tuple(
                Row(pupil, tuple(cell(desk, pupil, _key(line.pk), refused) for line in sheet.lines))
                for pupil in sheet.pupils
            ),
        )
        for sheet in desk.sheets
    ]
    named = line_names({field(key).of for _, key in refused}, place.school) if refused else {}
    labels = {_key(line): f"degré {name}" for line, name in named.items()}
    rows = [row for page in pages for row in page.rows]
    context = writing(place, desk) | grid(rows, refused, place_of(desk), labels)
    context |= {"pages": pages, "scale": DEGREE_LABELS}
    return render(request, "bulletins/degrees.html", context, status=status)


def _key(line: int) -> str:
    return Field(Sort.DEGREE, line).key
