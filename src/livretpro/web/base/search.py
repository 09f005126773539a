"""Search: pupils, divisions and people that one may see (spec 10, Feel; key `/`).

Asked by POST: what is looked for, often the name of a pupil, stands in no address and in no log.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from livretpro.accounts.rules import folded
from livretpro.schools.finding import MOST, find_divisions, find_people, find_pupils
from livretpro.schools.models import Enrolment
from livretpro.web.base.addresses import address
from livretpro.web.base.doors import in_school
from livretpro.web.base.place import Place
from livretpro.web.base.systems import systems

LEAST = 2
"""Letters below which everything would be found."""
LONGEST = 100


@dataclass(frozen=True)
class Hit:
    """Something found, what tells it apart, and its page, empty when it has none here."""

    name: str
    more: str
    address: str = ""


@dataclass(frozen=True)
class Hits:
    """What was found of one sort; `more` when there is more than is shown."""

    title: str
    found: tuple[Hit, ...]
    more: bool


@require_http_methods(["GET", "HEAD", "POST"])
@in_school
def search(request: HttpRequest, place: Place) -> HttpResponseBase:
    """The results of what is typed: four queries, doors aside; none for less than two letters."""
    typed = request.POST.get("q", "").replace("\0", "")[:LONGEST]
    enough = len(folded(typed).replace(" ", "")) >= LEAST
    hits = _hits(place, typed) if enough else ()
    context: dict[str, object] = {"typed": typed, "enough": enough, "hits": hits, "least": LEAST}
    if request.headers.get("HX-Request") == "true":  # what shows under the box while one types
        context["count"] = sum(len(sort.found) for sort in hits)
        return render(request, "base/found.html", context)
    return render(request, "base/search.html", context)


def _hits(place: Place, typed: str) -> Sequence[Hits]:
    people = address("accounts", place.school.uai)
    found = find_people(place.actor, typed, on=timezone.localdate())
    sorts = (
        ("Élèves", [_pupil(place, e) for e in find_pupils(place.actor, typed)]),
        (
            "Divisions",
            [
                Hit(code, cfd, _division_page(place, cfd, pk))
                for pk, code, cfd in find_divisions(place.actor, place.year, typed)
            ],
        ),
        ("Personnels", [Hit(name, function, people) for name, function in found]),
    )
    return [Hits(title, tuple(found[:MOST]), len(found) > MOST) for title, found in sorts if found]


def _pupil(place: Place, enrolment: Enrolment) -> Hit:
    code = enrolment.division.code if enrolment.division else ""
    year = enrolment.school_year
    if year.year != place.school.current_year:
        code = f"{code} {year}".strip()
    elif enrolment.end:
        code = f"{code} parti le {enrolment.end:%d/%m/%Y}".strip()
    pages = (system.pupil_page(place, enrolment) for system in systems())
    return Hit(str(enrolment.student), code, next(filter(None, pages), ""))


def _division_page(place: Place, cfd: str, pk: int) -> str:
    pages = (system.division_page(place, cfd, pk) for system in systems())
    return next(filter(None, pages), "")
