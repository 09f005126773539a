"""The role of a school that an address of the accounts names, for whoever manages accounts."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils import timezone

from livretpro.schools.models import Membership
from livretpro.schools.permissions import can_manage_accounts
from livretpro.schools.queries import membership_of
from livretpro.web.base.place import Place


def managed_membership(place: Place, pk: int) -> Membership:
    """A role that holds today: one query. Raises `PermissionDenied`, `Http404`."""
    if not can_manage_accounts(place.actor):
        raise PermissionDenied
    held = membership_of(place.school, pk, on=timezone.localdate())
    if held is None:
        raise Http404
    return held
