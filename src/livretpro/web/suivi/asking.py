"""What several views check of a request."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404

from livretpro.livrets.permissions import can_configure
from livretpro.lsl_export.models import ExportVersion
from livretpro.lsl_export.queries import visible_version
from livretpro.schools.models import Division
from livretpro.schools.queries import visible_division
from livretpro.web.base.asking import is_key
from livretpro.web.base.place import Place
from livretpro.web.suivi.place import DiplomaPlace


def heads_only(place: Place) -> None:
    """403 for who neither configures nor exports."""
    if not can_configure(place.actor):
        raise PermissionDenied


def division_of(place: DiplomaPlace, pk: int, **also: Any) -> Division:
    """A division of the year that this person sees: one query; 404 for one from elsewhere.

    `also` as in `visible_division`.
    """
    found = visible_division(place.actor, pk, **also)
    if found is None or found.school_year_id != place.year.pk:
        raise Http404
    return found


def version_of(place: DiplomaPlace, pk: int) -> ExportVersion:
    """A version of this diploma; 403 for who may not export, 404 for a version from elsewhere."""
    heads_only(place)
    found = visible_version(pk, by=place.actor)
    if found is None or found.cfd != place.diploma.cfd:
        raise Http404
    return found


def numbers(sent: Iterable[str]) -> set[int]:
    """The keys among what was sent."""
    return {int(text) for text in sent if is_key(text)}
