"""Accounts of a school: who works here, new accounts, codes, roles taken back."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from livretpro.accounts.mail import reachable
from livretpro.accounts.models import User
from livretpro.schools.linking import StaffTaken
from livretpro.schools.members import members
from livretpro.schools.people import (
    AccountClosed,
    BadPerson,
    KnownAccount,
    LastAdministrator,
    Made,
    Namesake,
    OwnFactor,
    WorksElsewhere,
    create_account,
    reset_account,
    reset_second_factor,
)
from livretpro.schools.permissions import can_manage_accounts, can_read_accounts
from livretpro.schools.queries import (
    divisions_of_year,
    gone_with_role,
    staff_without_account,
)
from livretpro.schools.roles import OwnRole, end_membership, give_role
from livretpro.web.base.doors import in_school
from livretpro.web.base.forms import focus_on_error
from livretpro.web.base.place import Place
from livretpro.web.base.school.access import managed_membership
from livretpro.web.base.school.forms import AccountForm, KnownForm, RoleForm

KNOWN = "connu"
"""What sets the fields of the second form of the page apart."""


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
def known(request: HttpRequest, place: Place) -> HttpResponseBase:
    """Give a role to somebody who has an account, here or in another school."""
    if not can_manage_accounts(place.actor):
        raise PermissionDenied
    form = KnownForm(request.POST, staff=staff_without_account(place.school), prefix=KNOWN)
    if not form.is_valid():
        return _accounts(request, place, _empty(place), status=422, known_form=form)
    identifier = form.cleaned_data["identifier"]
    return _give(request, place, form, identifier, form=_empty(place), known_form=form)


@require_POST
@in_school
def new_code(request: HttpRequest, place: Place, membership: int) -> HttpResponseBase:
    """Give a person a new code: by mail where one can be sent, unless a slip is asked for.

    On a slip it is shown once and kept nowhere, so this page answers the POST.
    """
    held = managed_membership(place, membership)
    who = held.user
    by_mail = reachable(who) and "etiquette" not in request.POST
    try:
        code = reset_account(
            place.school, who.identifier, by_mail=by_mail, by=place.actor, now=timezone.now()
        )
    except (AccountClosed, WorksElsewhere) as refusal:
        return _refused(request, place, refusal.phrase)
    if not by_mail:
        return _slip(request, who, code)
    messages.success(request, f"Un nouveau code part à l’adresse {who.email}.")
    return redirect("account_member", place.school.uai, held.pk)


@require_POST
@in_school
def lost_factor(request: HttpRequest, place: Place, membership: int) -> HttpResponseBase:
    """Remove a second factor that its person lost; another one is set at the next sign-in."""
    held = managed_membership(place, membership)
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
    held = managed_membership(place, membership)
    try:
        end_membership(held, by=place.actor, now=timezone.now())
    except LastAdministrator as refusal:
        return _refused(request, place, refusal.phrase)
    messages.success(request, f"Le rôle de {held.user.full_name} est retiré.")
    return redirect("accounts", place.school.uai)


def _create(request: HttpRequest, place: Place, form: AccountForm) -> HttpResponse:
    """The slip of a new account answers the POST: its code is kept nowhere.

    Sending the form again meets its own namesake, and makes no second account.
    """
    if not can_manage_accounts(place.actor):
        raise PermissionDenied
    if not form.is_valid():
        return _accounts(request, place, form, status=422)
    if form.account_chosen:
        return _give(request, place, form, form.account_chosen, form=form)
    try:
        made = _made(place, form)
    except Namesake as refusal:
        return _accounts(request, place, form, status=409, namesake=refusal.user)
    except KnownAccount as refusal:
        return _accounts(request, place, form, status=409, known=refusal.users)
    except (StaffTaken, BadPerson) as refusal:
        form.add_error(refusal.field, refusal.phrase)
        return _accounts(request, place, form, status=422)
    return _created(request, place, made)


def _created(request: HttpRequest, place: Place, made: Made) -> HttpResponse:
    if not made.mailed:
        return _slip(request, made.user, made.code, note=made.note)
    said = f"Le compte {made.user.identifier} est créé : son code part à {made.user.email}."
    messages.success(request, f"{said} {made.note}".strip())
    return redirect("account_member", place.school.uai, made.membership.pk)


def _give(
    request: HttpRequest,
    place: Place,
    sent: RoleForm,
    identifier: str,
    *,
    form: AccountForm,
    **more: Any,
) -> HttpResponse:
    """Give the role of a valid form; what is refused comes back with it (`form`, `more`)."""
    try:
        who, note = give_role(
            place.school, identifier, **sent.choice, by=place.actor, now=timezone.now()
        )
    except BadPerson as refusal:
        sent.add_error(refusal.field if refusal.field in sent.fields else None, refusal.phrase)
        return _accounts(request, place, form, status=422, **more)
    except (Namesake, OwnRole, StaffTaken) as refusal:
        return _accounts(request, place, form, status=409, refused=refusal.phrase, **more)
    said = f"{who.full_name} ({who.identifier}) a ce rôle dès aujourd’hui, avec son compte. {note}"
    messages.success(request, said.strip())
    return redirect("accounts", place.school.uai)


def _empty(place: Place) -> AccountForm:
    return AccountForm(staff=staff_without_account(place.school))


def _made(place: Place, form: AccountForm) -> Made:
    typed = form.cleaned_data
    return create_account(
        place.school,
        **form.choice,
        last_name=typed["last_name"],
        first_name=typed["first_name"],
        email=typed["email"],
        another_person=form.is_another_person,
        by=place.actor,
        now=timezone.now(),
    )


def _refused(request: HttpRequest, place: Place, phrase: str) -> HttpResponse:
    return _accounts(request, place, _empty(place), status=409, refused=phrase)


def _accounts(
    request: HttpRequest, place: Place, form: AccountForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    known_form = more.pop("known_form", None) or KnownForm(
        staff=list(form.free.values()), prefix=KNOWN
    )
    for sent in (form, known_form):
        focus_on_error(sent)
    context = {
        "form": form,
        "known_form": known_form,
        "gone": gone_with_role(place.school, on=timezone.localdate()),
        "members": members(place.school, now=timezone.now()),
        "divisions": divisions_of_year(place.actor, place.year) if place.year else [],
        "by_mail": bool(settings.EMAIL_HOST),
        "may_write": can_manage_accounts(place.actor),
        **more,
    }
    return render(request, "school/accounts.html", context, status=status)


def _slip(request: HttpRequest, user: User, code: str, *, note: str = "") -> HttpResponse:
    link = f"{settings.LIVRETPRO_URL}{reverse('activation')}{code}/"
    context = {"who": user, "code": code, "link": link, "note": note}
    return render(request, "school/account_slip.html", context)
