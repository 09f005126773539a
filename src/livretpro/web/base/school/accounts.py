"""Accounts of a school: who works here, new accounts, codes, roles taken back."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from livretpro.accounts.models import User
from livretpro.schools.inviting import invite, invited_words
from livretpro.schools.linking import StaffTaken
from livretpro.schools.models import Membership
from livretpro.schools.people import (
    BadPerson,
    LastAdministrator,
    Made,
    Namesake,
    OwnFactor,
    WorksElsewhere,
    create_account,
    end_membership,
    reset_account,
    reset_second_factor,
)
from livretpro.schools.permissions import can_manage_accounts, can_read_accounts
from livretpro.schools.queries import (
    division_by_code,
    divisions_of_year,
    members,
    membership_of,
    staff_without_account,
)
from livretpro.web.base.doors import in_school
from livretpro.web.base.forms import focus_on_error
from livretpro.web.base.place import Place
from livretpro.web.base.school.forms import AccountForm


@require_http_methods(["GET", "HEAD", "POST"])
@in_school
def accounts(request: HttpRequest, place: Place) -> HttpResponseBase:
    """The people of the school and, for the administrator, a new account. Three queries."""
    if not can_read_accounts(place.actor):
        raise PermissionDenied
    form = AccountForm(request.POST or None, staff=staff_without_account(place.school))
    if request.method == "POST":
        return _create(request, place, form)
    return _accounts(request, place, form)


@require_POST
@in_school
def new_code(request: HttpRequest, place: Place, membership: int) -> HttpResponseBase:
    """Give a person a new code, shown once: it is kept nowhere, so this page answers the POST."""
    held = _membership(place, membership)
    identifier = held.user.identifier
    try:
        code = reset_account(place.school, identifier, by=place.actor, now=timezone.now())
    except WorksElsewhere as refusal:
        return _refused(request, place, refusal.phrase)
    return _slip(request, held.user, code)


@require_POST
@in_school
def invite_teachers(request: HttpRequest, place: Place) -> HttpResponseBase:
    """Accounts and codes for the teachers of a division, or all of them: slips to print, shown
    once, so this page answers the POST."""
    if not can_manage_accounts(place.actor):
        raise PermissionDenied
    wanted = request.POST.get("division", "")
    division = division_by_code(place.actor, place.year, wanted) if place.year else None
    if wanted and division is None:
        raise Http404
    invitation = invite(place.school, division, by=place.actor, now=timezone.now())
    context = {
        "invitation": invitation,
        "division": division,
        "said": invited_words(invitation),
        "site": settings.LIVRETPRO_URL,
        "activation": f"{settings.LIVRETPRO_URL}{reverse('activation')}",
    }
    return render(request, "school/slips.html", context)


@require_POST
@in_school
def lost_factor(request: HttpRequest, place: Place, membership: int) -> HttpResponseBase:
    """Remove a second factor that its person lost; another one is set at the next sign-in."""
    held = _membership(place, membership)
    who = held.user
    try:
        done = reset_second_factor(place.school, who.identifier, by=place.actor, now=timezone.now())
    except (WorksElsewhere, OwnFactor) as refusal:
        return _refused(request, place, refusal.phrase)
    said = "est retiré" if done else "n’existait pas"
    messages.success(request, f"Le second facteur de {who.full_name} {said}.")
    return redirect("accounts", place.school.uai)


@require_POST
@in_school
def end(request: HttpRequest, place: Place, membership: int) -> HttpResponseBase:
    """Take a role back."""
    held = _membership(place, membership)
    try:
        end_membership(held, by=place.actor, on=timezone.localdate())
    except LastAdministrator as refusal:
        return _refused(request, place, refusal.phrase)
    messages.success(request, f"Le rôle de {held.user.full_name} est retiré.")
    return redirect("accounts", place.school.uai)


def _membership(place: Place, pk: int) -> Membership:
    if not can_manage_accounts(place.actor):
        raise PermissionDenied
    held = membership_of(place.school, pk, on=timezone.localdate())
    if held is None:
        raise Http404
    return held


def _create(request: HttpRequest, place: Place, form: AccountForm) -> HttpResponse:
    """The slip of a new account answers the POST: its code is kept nowhere.

    Sending the form again meets its own namesake, and makes no second account.
    """
    if not can_manage_accounts(place.actor):
        raise PermissionDenied
    if not form.is_valid():
        return _accounts(request, place, form, status=422)
    try:
        made = _made(place, form)
    except Namesake as refusal:
        return _accounts(request, place, form, status=409, namesake=refusal.user)
    except StaffTaken as refusal:
        form.add_error("staff", refusal.phrase)
        return _accounts(request, place, form, status=422)
    except BadPerson as refusal:
        form.add_error(refusal.field, refusal.phrase)
        return _accounts(request, place, form, status=422)
    return _slip(request, made.user, made.code, note=made.note)


def _made(place: Place, form: AccountForm) -> Made:
    typed = form.cleaned_data
    return create_account(
        place.school,
        form.role_chosen,
        last_name=typed["last_name"],
        first_name=typed["first_name"],
        email=typed["email"],
        staff=form.person_chosen,
        by_hand=form.is_by_hand,
        another_person=typed["homonyme"],
        by=place.actor,
        now=timezone.now(),
    )


def _refused(request: HttpRequest, place: Place, phrase: str) -> HttpResponse:
    form = AccountForm(staff=staff_without_account(place.school))
    return _accounts(request, place, form, status=409, refused=phrase)


def _accounts(
    request: HttpRequest, place: Place, form: AccountForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    focus_on_error(form)
    context = {
        "form": form,
        "members": members(place.school, now=timezone.now()),
        "divisions": divisions_of_year(place.actor, place.year) if place.year else [],
        "may_write": can_manage_accounts(place.actor),
        **more,
    }
    return render(request, "school/accounts.html", context, status=status)


def _slip(request: HttpRequest, user: User, code: str, *, note: str = "") -> HttpResponse:
    link = f"{settings.LIVRETPRO_URL}{reverse('activation')}{code}/"
    context = {"who": user, "code": code, "link": link, "note": note}
    return render(request, "school/account_slip.html", context)
