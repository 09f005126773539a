"""The last block of values that a session wrote in a division: kept so that it can be undone.

One block a session, until another one or until it ends: it holds the values that were replaced.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.http import HttpRequest

from livretpro.livrets.actions import Saved, Typed
from livretpro.schools.models import Division, Enrolment
from livretpro.web.suivi.place import DiplomaPlace

LAST = "last_block"
CHOICE, WORKBOOK = "division_choice", "division_spreadsheet"
"""The page that wrote the block, and undoes it."""
UNDONE = {CHOICE: "Choix annulé", WORKBOOK: "Dépôt annulé"}


def remember(
    request: HttpRequest,
    place: DiplomaPlace,
    division: Division,
    page: str,
    title: str,
    changes: Iterable[tuple[int, Saved]],
) -> None:
    """Keep what a block changed, by primary key of the enrolment; one that changed nothing leaves
    the former one."""
    told = [[pk, saved.field.key, saved.before, saved.after] for pk, saved in changes]
    if told:
        request.session[LAST] = {
            "division": division.pk,
            "cfd": place.diploma.cfd,
            "page": page,
            "title": title,
            "count": len({pk for pk, *_ in told}),
            "changes": told,
        }


def last_block(
    request: HttpRequest, place: DiplomaPlace, division: Division, page: str = ""
) -> dict[str, Any] | None:
    """The last block written in this division for this diploma, from this `page` if given."""
    last: dict[str, Any] | None = request.session.get(LAST)
    if last is None or [last["division"], last["cfd"]] != [division.pk, place.diploma.cfd]:
        return None
    return last if page in ("", last["page"]) else None


def reversed_block(last: Mapping[str, Any], own: Iterable[Enrolment]) -> list[Typed]:
    """What puts back the values that a block replaced, in the livrets of these pupils."""
    by_key = {enrolment.pk: enrolment for enrolment in own}
    return [
        Typed(by_key[pk], key, before, after)
        for pk, key, before, after in last["changes"]
        if pk in by_key
    ]


def left_since(last: Mapping[str, Any], own: Iterable[Enrolment]) -> int:
    """How many pupils of a block are no longer among these: their values stay."""
    return len({pk for pk, *_ in last["changes"]} - {enrolment.pk for enrolment in own})


def forget(request: HttpRequest) -> None:
    """Keep none any more."""
    del request.session[LAST]
