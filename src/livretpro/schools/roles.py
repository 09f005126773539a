"""Roles of people who have an account: a second one, a second school, one taken back (ADR 40)."""

from datetime import date, datetime, timedelta

from django.db import transaction

from livretpro.accounts.actions import end_code, end_sessions, notify
from livretpro.accounts.models import User
from livretpro.accounts.queries import person
from livretpro.schools.actors import Actor
from livretpro.schools.linking import unlink
from livretpro.schools.models import Membership, School, Staff
from livretpro.schools.people import (
    BadPerson,
    LastAdministrator,
    Namesake,
    UnknownPerson,
    allow,
    day_of,
    link_teacher,
    tell,
    told_to,
)
from livretpro.schools.rules import HEADS, Role

CODE_ENDED = (
    "Le code à usage unique donné avant ce rôle ne vaut plus : donnez-en un autre, ou demandez-le "
    "à l’exploitant de LivretPro si cette personne travaille aussi ailleurs."
)


class OwnRole(Exception):
    """Whoever administers accounts does not open the livrets to themself."""

    phrase = (
        "Vous ne pouvez pas vous donner un rôle de direction : un autre administrateur, ou "
        "l’exploitant de LivretPro, peut vous le donner."
    )


@transaction.atomic
def give_role(
    school: School,
    identifier: str,
    role: Role,
    *,
    staff: Staff | None = None,
    by_hand: bool = False,
    by: Actor,
    now: datetime,
) -> tuple[User, str]:
    """Give a role from today to somebody who has an account, here or elsewhere.

    Gives the person, and what there is to say of the link with STS and of the code that ends.
    Password and second factor stay; sessions end; the person is told at the next sign-in. Raises
    `NotAllowed`, `BadPerson` (nobody signs in so), `Namesake` (the role is held already), `OwnRole`
    or `StaffTaken`.
    """
    allow(school, by)
    School.objects.select_for_update().get(pk=school.pk)  # one role at a time
    user = _account(identifier)
    if _holds(school, user, role, on=day_of(now)):
        raise Namesake(user)
    if role in HEADS and by.user is not None and by.user.pk == user.pk:
        raise OwnRole
    return user, hold(school, user, role, staff=staff, by_hand=by_hand, by=by, now=now)


def hold(
    school: School,
    user: User,
    role: Role,
    *,
    staff: Staff | None = None,
    by_hand: bool = False,
    by: Actor,
    now: datetime,
) -> str:
    """Write a role of somebody who has an account, inside the caller's transaction and checks.

    A one-time code that another school gave would open this one: it ends. Raises `StaffTaken`.
    """
    if not _holds(school, user, role, on=day_of(now)):
        Membership.objects.create(user=user, school=school, role=role, start=day_of(now))
    if role is Role.ADMINISTRATEUR:
        user.needs_long_password = True
        user.save(update_fields=["needs_long_password"])
    end_sessions(user)
    what = f"Le rôle « {role.label} » ({school.name}) vous a été donné"
    notify(user, told_to(what, by.author, now), now=now)
    tell("cree", user, "rôle", before="", after=role.label, by=by)
    said = [_end_code_of_another(school, user, by=by)]
    if role is Role.ENSEIGNANT:
        said.append(link_teacher(school, user, staff=staff, by_hand=by_hand, by=by))
    return " ".join(filter(None, said))


def _end_code_of_another(school: School, user: User, *, by: Actor) -> str:
    """End the code that another school, or the operator, may have given; the sentence for it."""
    others = Membership.objects.filter(user=user).exclude(school=school)
    if not (user.beyond_schools or others.exists()) or not end_code(user):
        return ""
    tell("retire", user, "code d’activation", before="", after="", by=by)
    return "" if user.has_usable_password() else CODE_ENDED


def _holds(school: School, user: User, role: Role, *, on: date) -> bool:
    """Whether this person has the role at the date `on`: one query."""
    held = Membership.objects.current(on).filter(user=user, school=school, role=role)
    return held.exists()


def _account(identifier: str) -> User:
    user = person(identifier)
    if user is None or not user.is_active:
        raise BadPerson(
            "identifier",
            f"Aucun compte ne porte l’identifiant « {identifier.strip()} » : vérifiez-le, ou créez "
            "un compte.",
        )
    return user


@transaction.atomic
def end_membership(membership: Membership, *, by: Actor, now: datetime) -> None:
    """Take a role back from today: it ends yesterday, one given today is kept as yesterday's.

    The member of the staff is free for another account; sessions end; the person is told at the
    next sign-in. A role that has ended meanwhile is left as it is. Raises `NotAllowed` or
    `LastAdministrator`; two administrators who dismiss each other are told apart by a lock.
    """
    allow(membership.school, by)
    on = day_of(now)
    held = Membership.objects.select_for_update().current(on).filter(school=membership.school)
    if membership.pk not in {m.pk for m in held}:
        return
    administrators = [m.pk for m in held if m.role == Role.ADMINISTRATEUR]
    if administrators == [membership.pk]:
        raise LastAdministrator
    membership.end = on - timedelta(days=1)
    membership.start = min(membership.start, membership.end)
    membership.save(update_fields=["start", "end"])
    if membership.role == Role.ENSEIGNANT:
        unlink(membership.school, membership.user, on=on)
    _ask_no_long_password_in_vain(membership.user, on=on)
    end_sessions(membership.user)
    before = Role(membership.role).label
    what = f"Le rôle « {before} » ({membership.school.name}) vous a été retiré"
    notify(membership.user, told_to(what, by.author, now), now=now)
    tell("retire", membership.user, "rôle", before=before, after="", by=by)


def _ask_no_long_password_in_vain(user: User, *, on: date) -> None:
    """Who administers no school any more chooses a password of the common length."""
    held = Membership.objects.current(on).filter(user=user, role=Role.ADMINISTRATEUR)
    if user.needs_long_password and not held.exists():
        user.needs_long_password = False
        user.save(update_fields=["needs_long_password"])


def end_role(school: School, identifier: str, role: Role, *, by: Actor, now: datetime) -> None:
    """Take a role back from somebody of the school. Raises as `end_membership`, `UnknownPerson`."""
    found = (
        Membership.objects.current(day_of(now))
        .filter(school=school, user__identifier__iexact=identifier.strip(), role=role)
        .select_related("user", "school")
        .first()
    )
    if found is None:
        raise UnknownPerson(identifier)
    end_membership(found, by=by, now=now)
