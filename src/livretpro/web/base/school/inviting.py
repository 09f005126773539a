"""Inviting the teachers of a division, or all of them: who they are, then the slips to print."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from livretpro.schools.inviting import (
    BadAddresses,
    invite,
    invited_words,
    is_active,
    staff_to_invite,
)
from livretpro.schools.models import Division, Staff
from livretpro.schools.permissions import can_manage_accounts
from livretpro.schools.queries import division_by_code
from livretpro.web.base.doors import in_school
from livretpro.web.base.place import Place

ADDRESS = re.compile(r"adresse-([0-9]{1,18})")
"""The field of the address of a member of the staff."""


@dataclass(frozen=True)
class Invited:
    """Somebody who would be invited; `address` is the one known, or typed, and `error` of it."""

    staff: Staff
    address: str
    error: str


@require_http_methods(["GET", "HEAD", "POST"])
@in_school
def invite_teachers(request: HttpRequest, place: Place) -> HttpResponseBase:
    """Who would be invited, with their addresses; then accounts and codes, as slips to print shown
    once, so that this page answers the POST. One query to read, two of a division, doors aside."""
    if not can_manage_accounts(place.actor):
        raise PermissionDenied
    division = _division(request, place)
    if request.method != "POST":
        return _proposed(request, place, division)
    addresses = _addresses(request)
    try:
        invitation = invite(
            place.school, division, addresses=addresses, by=place.actor, now=timezone.now()
        )
    except BadAddresses as refusal:
        return _proposed(request, place, division, typed=addresses, errors=refusal.errors)
    context = {
        "invitation": invitation,
        "division": division,
        "said": invited_words(invitation),
        "site": settings.LIVRETPRO_URL,
        "activation": f"{settings.LIVRETPRO_URL}{reverse('activation')}",
    }
    return render(request, "school/slips.html", context)


def _division(request: HttpRequest, place: Place) -> Division | None:
    """None for the whole school."""
    wanted = request.POST.get("division", request.GET.get("division", ""))
    found = division_by_code(place.actor, place.year, wanted) if wanted and place.year else None
    if wanted and found is None:
        raise Http404
    return found


def _addresses(request: HttpRequest) -> dict[int, str]:
    """What was typed, by primary key of the member of the staff."""
    fields = ((ADDRESS.fullmatch(name), text) for name, text in request.POST.items())
    return {int(found.group(1)): str(text).strip() for found, text in fields if found}


def _proposed(
    request: HttpRequest,
    place: Place,
    division: Division | None,
    *,
    typed: Mapping[int, str] | None = None,
    errors: Mapping[int, str] | None = None,
) -> HttpResponse:
    staff = staff_to_invite(place.school, division, on=timezone.localdate())
    waiting = [person for person in staff if not is_active(person.user)]
    context = {
        "division": division,
        "rows": [_row(person, typed or {}, errors or {}) for person in waiting],
        "active": len(staff) - len(waiting),
        "by_mail": bool(settings.EMAIL_HOST),
        "errors": errors,
    }
    return render(request, "school/invite.html", context, status=422 if errors else 200)


def _row(person: Staff, typed: Mapping[int, str], errors: Mapping[int, str]) -> Invited:
    known = person.user.email if person.user else ""
    return Invited(person, typed.get(person.pk, known), errors.get(person.pk, ""))
