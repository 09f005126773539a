"""One person of a school: roles, name and address, code, second factor."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from livretpro.accounts.mail import reachable
from livretpro.schools.linking import StaffTaken
from livretpro.schools.members import code_mail, members
from livretpro.schools.models import Membership
from livretpro.schools.people import BadPerson, Namesake, WorksElsewhere, correct_person
from livretpro.schools.queries import staff_without_account
from livretpro.schools.roles import OwnRole, give_role
from livretpro.web.base.doors import in_school
from livretpro.web.base.forms import focus_on_error
from livretpro.web.base.place import Place
from livretpro.web.base.school.access import managed_membership
from livretpro.web.base.school.forms import CorrectionForm, RoleForm


@require_http_methods(["GET", "HEAD", "POST"])
@in_school
def member(request: HttpRequest, place: Place, membership: int) -> HttpResponseBase:
    """The person who holds a role of the school; what is posted says which form. Six queries."""
    held = managed_membership(place, membership)
    if request.method == "POST" and "role" in request.POST:
        return _give(request, place, held)
    if request.method == "POST":
        return _correct(request, place, held)
    return show(request, place, held)


def show(
    request: HttpRequest, place: Place, held: Membership, *, status: int = 200, **more: Any
) -> HttpResponse:
    """The page of this person; `more` holds a form sent, or `refused`, a sentence."""
    rows = [m for m in members(place.school, now=timezone.now()) if m.membership.user == held.user]
    context: dict[str, Any] = {
        "who": held.user,
        "held": held,
        "rows": rows,
        "first": rows[0],
        "by_mail": reachable(held.user),
        "mail": None if rows[0].state.signs_in else code_mail(held.user),
        "names": CorrectionForm.of(held.user),
        "role_form": RoleForm(staff=staff_without_account(place.school), but=_roles(rows)),
        **more,
    }
    return render(request, "school/member.html", context, status=status)


def _roles(rows: list[Any]) -> set[str]:
    return {row.membership.role for row in rows}


def _correct(request: HttpRequest, place: Place, held: Membership) -> HttpResponse:
    form = CorrectionForm(request.POST)
    if not form.is_valid():
        focus_on_error(form)
        return show(request, place, held, status=422, names=form)
    try:
        changed = correct_person(
            place.school,
            held.user.identifier,
            **form.cleaned_data,
            by=place.actor,
            now=timezone.now(),
        )
    except BadPerson as refusal:
        form.add_error(refusal.field, refusal.phrase)
        focus_on_error(form)
        return show(request, place, held, status=422, names=form)
    except WorksElsewhere as refusal:
        return show(request, place, held, status=409, names=form, refused=refusal.phrase)
    said = "C’est enregistré." if changed else "Rien n’a changé."
    messages.success(request, said)
    return redirect("account_member", place.school.uai, held.pk)


def _give(request: HttpRequest, place: Place, held: Membership) -> HttpResponse:
    form = RoleForm(request.POST, staff=staff_without_account(place.school))
    if not form.is_valid():
        return show(request, place, held, status=422, role_form=form)
    try:
        who, note = give_role(
            place.school, held.user.identifier, **form.choice, by=place.actor, now=timezone.now()
        )
    except (StaffTaken, Namesake, OwnRole) as refusal:
        return show(request, place, held, status=409, role_form=form, refused=refusal.phrase)
    messages.success(request, f"{who.full_name} a ce rôle dès aujourd’hui. {note}".strip())
    return redirect("account_member", place.school.uai, held.pk)
