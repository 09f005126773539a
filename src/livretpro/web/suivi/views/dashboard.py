"""The boards of the head and the DDFPT: what can leave, what is missing, who may add it."""

from collections.abc import Mapping, Sequence

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from livretpro.livrets.boards import Board, boards
from livretpro.livrets.owing import total
from livretpro.lsl_export.queries import last_versions
from livretpro.lsl_export.returned_seen import bilans_of
from livretpro.referentiels.models import Diploma
from livretpro.schools.followers import followers
from livretpro.schools.places import PupilPlace
from livretpro.schools.queries import places
from livretpro.web.base.doors import in_school
from livretpro.web.base.place import Place
from livretpro.web.suivi.asking import heads_only
from livretpro.web.suivi.board_rows import Doors
from livretpro.web.suivi.dashboard_rows import (
    Lines,
    diploma_lines,
    level_tallies,
    nature_lines,
    school_natures,
    tally_of,
)
from livretpro.web.suivi.doors import in_diploma
from livretpro.web.suivi.owed_rows import Reader, by_teacher
from livretpro.web.suivi.place import DiplomaPlace
from livretpro.web.suivi.queries import named_diplomas
from livretpro.web.suivi.tour import tour_of


@require_safe
@in_diploma
def dashboard(request: HttpRequest, place: DiplomaPlace) -> HttpResponse:
    """The dashboard LSL Pro of a diploma: six queries, doors aside."""
    heads_only(place)
    cfd = place.diploma.cfd
    pupils = places(place.actor, place.year, cfd)
    found = boards(pupils, place.year, {cfd: place.diploma})
    last = last_versions(place.year, by=place.actor, cfd=cfd)
    lines = Lines(
        last, place.school.uai, timezone.localdate(), {cfd: place.path}, bilans_of(last.values())
    )
    context = {
        "levels": lines.levels(found),
        "tally": tally_of("", found),
        "untouched": [board for board in found if board.nothing_entered],
        "boards": found,
        "mandatory": nature_lines(found, lines.doors(cfd), mandatory=True),
        "optional": nature_lines(found, lines.doors(cfd), mandatory=False),
        "tour": tour_of(place),
    }
    return render(request, "suivi/dashboard.html", context)


@require_safe
@in_school
def school_board(request: HttpRequest, place: Place) -> HttpResponse:
    """The livrets of the whole school, diploma by diploma: seven queries, doors aside.

    One more when the school made a référentiel of its own.
    """
    heads_only(place)
    pupils, known = _whole_school(place)
    if place.year is None or not pupils:
        return render(request, "suivi/school_board.html", {"diplomas": []})
    found = boards(pupils, place.year, known)
    last = last_versions(place.year, by=place.actor)
    lines = Lines(last, place.school.uai, timezone.localdate(), bilans=bilans_of(last.values()))
    diplomas = diploma_lines(list(known.values()), found, lines)
    context = {
        "diplomas": diplomas,
        "tally": tally_of("Lycée", found),
        "levels": level_tallies(found),
        "untouched": sum(board.nothing_entered for board in found),
        "closed": [d for d in diplomas if any(row.board.kind is None for row in d.lines)],
        "mandatory": school_natures(diplomas, mandatory=True),
        "optional": school_natures(diplomas, mandatory=False),
    }
    return render(request, "suivi/school_board.html", context)


@require_safe
@in_diploma
def owed(request: HttpRequest, place: DiplomaPlace) -> HttpResponse:
    """What is missing in a diploma, teacher by teacher: ten queries, doors aside."""
    heads_only(place)
    if place.former:
        raise Http404
    cfd = place.diploma.cfd
    pupils = places(place.actor, place.year, cfd)
    found = boards(pupils, place.year, {cfd: place.diploma})
    return _owed(request, place, pupils, found, {})


@require_safe
@in_school
def school_owed(request: HttpRequest, place: Place) -> HttpResponse:
    """The same in the whole school: eleven queries, doors aside."""
    heads_only(place)
    pupils, known = _whole_school(place)
    found = boards(pupils, place.year, known) if place.year and pupils else []
    return _owed(request, place, pupils, found, {cfd: str(of) for cfd, of in known.items()})


def _owed(
    request: HttpRequest,
    place: Place,
    pupils: Sequence[PupilPlace],
    found: Sequence[Board],
    names: Mapping[str, str],
) -> HttpResponse:
    today = timezone.localdate()
    doors = {board.cfd: Doors(place.school.uai, board.cfd) for board in found}
    told = by_teacher(
        found,
        followers(place.year, pupils, on=today) if place.year and pupils else [],
        pfmp_by_speciality=place.school.pfmp_by_speciality_teachers,
        reader=Reader(doors, on=today, names=names),
    )
    context = {
        "told": told,
        "mandatory": total((board.lacks for board in found), mandatory=True),
        "optional": total((board.lacks for board in found), mandatory=False),
        "livrets": sum(board.total for board in found),
    }
    return render(request, "suivi/owed.html", context)


def _whole_school(place: Place) -> tuple[Sequence[PupilPlace], Mapping[str, Diploma]]:
    """The pupils of the year at work who have a livret, and their diplomas by CFD, by name."""
    if place.year is None:
        return [], {}
    pupils = places(place.actor, place.year)
    known = named_diplomas({pupil.cfd for pupil in pupils}, place.school)
    return pupils, {diploma.cfd: diploma for diploma in known}
