"""Inviting the teachers of a division, or all those without account: accounts and codes at once.

A code goes by mail where mail is set up and an address is known, else on a slip that the
administrator prints (spec 08, Accounts).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from livretpro.accounts.actions import create_user, issue_code
from livretpro.accounts.mail import reachable
from livretpro.accounts.models import User
from livretpro.journal import actions as journal
from livretpro.schools import tasks
from livretpro.schools.actors import Actor
from livretpro.schools.models import (
    Division,
    HandTeacher,
    Membership,
    PrincipalTeacher,
    School,
    Staff,
)
from livretpro.schools.people import (
    PERSON_FIELDS,
    BadPerson,
    allow,
    check_email,
    day_of,
    elsewhere_too,
    tell,
)
from livretpro.schools.roles import hold
from livretpro.schools.rules import TEACHER_FUNCTION, Role


@dataclass(frozen=True)
class Slip:
    """Who receives a code, and the code."""

    user: User
    code: str


@dataclass(frozen=True)
class Invitation:
    """What an invitation did: slips to print, people written to, people who need nothing.

    `back` had an account here with a password, and find it again; `elsewhere` have a role in
    another school, where no slip of this one may lead: the operator gives them a code.
    """

    slips: tuple[Slip, ...]
    written_to: tuple[User, ...]
    active: int
    back: tuple[User, ...] = ()
    elsewhere: tuple[User, ...] = ()


class BadAddresses(Exception):
    """Some of the addresses typed cannot be kept; the sentence, by member of the staff."""

    def __init__(self, errors: Mapping[int, str]) -> None:
        super().__init__(*errors.values())
        self.errors = errors


def staff_to_invite(school: School, division: Division | None, *, on: date) -> list[Staff]:
    """The teachers of a division at the date `on`, by services, charge or hand; all the teachers of
    STS without one.

    By name: one query.
    """
    present = Staff.objects.filter(school=school, gone_on=None).select_related(
        "user", "former_user"
    )
    if division is None:
        wanted = present.filter(function=TEACHER_FUNCTION)
    else:
        lines = Q(Q(end=None) | Q(end__gte=on), division=division)
        wanted = present.filter(
            Q(services__division=division)
            | Q(services__group__divisions=division)
            | Q(pk__in=PrincipalTeacher.objects.filter(lines).values("staff"))
            | Q(pk__in=HandTeacher.objects.filter(lines).values("staff"))
        )
    return list(wanted.order_by("name_key", "pk").distinct())


@transaction.atomic
def invite(
    school: School,
    division: Division | None,
    *,
    addresses: Mapping[int, str] | None = None,
    by: Actor,
    now: datetime,
) -> Invitation:
    """Give an account and a code to every teacher who has no password yet.

    `addresses` are those typed, by primary key of the member of the staff. Who works elsewhere too
    keeps the address known, and gets a code there or from the operator. Raises `NotAllowed`,
    `BadAddresses`.
    """
    allow(school, by)
    typed = {pk: address for pk, address in (addresses or {}).items() if address}
    _check_addresses(typed)
    School.objects.select_for_update().get(pk=school.pk)  # one identifier at a time
    staff = staff_to_invite(school, division, on=timezone.localdate(now))
    waiting = [person for person in staff if not is_active(person.user)]
    found = [_account(person, school, by=by, now=now) for person in waiting]
    back = tuple(user for user in found if user.has_usable_password())
    beyond = elsewhere_too(found, school, day_of(now))
    for person, user in zip(waiting, found, strict=True):
        if person.pk in typed and user not in back and user.pk not in beyond:
            _keep_address(user, typed[person.pk], by=by)
    asked = [user for user in found if user not in back]
    elsewhere = tuple(user for user in asked if user.pk in beyond and not reachable(user))
    users = [user for user in asked if user not in elsewhere]
    by_mail = [user for user in users if reachable(user)]
    slips = tuple(Slip(u, issue_code(u, now=now)) for u in users if u not in by_mail)
    for user in by_mail:
        tasks.send_code.defer(user_id=user.pk)
    journal.record(
        [journal.Change("invite", "compte", u.identifier, "code d’activation") for u in users],
        school_uai=school.uai,
        by=by.author,
    )
    return Invitation(slips, tuple(by_mail), len(staff) - len(waiting), back, elsewhere)


def _check_addresses(addresses: Mapping[int, str]) -> None:
    errors = {}
    for pk, address in addresses.items():
        try:
            check_email(address)
        except BadPerson as refusal:
            errors[pk] = refusal.phrase
    if errors:
        raise BadAddresses(errors)


def _keep_address(user: User, address: str, *, by: Actor) -> None:
    if user.email == address:
        return
    before, user.email = user.email, address
    user.save(update_fields=["email"])
    tell("modifie", user, PERSON_FIELDS["email"], before=before, after=address, by=by)


def is_active(user: User | None) -> bool:
    """Whether this person can sign in already."""
    return user is not None and user.has_usable_password()


def _account(person: Staff, school: School, *, by: Actor, now: datetime) -> User:
    """The account of a member of the staff: the present one, else the last one, else a new one."""
    if person.user is not None:
        return person.user
    former = person.former_user
    if former is not None and not Staff.objects.filter(school=school, user=former).exists():
        hold(school, former, Role.ENSEIGNANT, staff=person, by=by, now=now)
        return former
    user = create_user(last_name=person.last_name[:65], first_name=person.first_name[:50])
    today = timezone.localtime(now).date()
    Membership.objects.create(user=user, school=school, role=Role.ENSEIGNANT, start=today)
    person.user = user
    person.save(update_fields=["user"])
    return user


def invited_words(invitation: Invitation) -> Sequence[str]:
    """What there is to say of an invitation, one sentence a fact."""
    told = []
    if invitation.written_to:
        names = ", ".join(f"{user.full_name} ({user.email})" for user in invitation.written_to)
        told.append(f"Un courriel part avec le code : {names}.")
    if invitation.back:
        names = ", ".join(f"{user.full_name} ({user.identifier})" for user in invitation.back)
        told.append(f"Compte retrouvé, mot de passe inchangé : {names}.")
    if invitation.elsewhere:
        names = ", ".join(f"{user.full_name} ({user.identifier})" for user in invitation.elsewhere)
        told.append(
            f"Un rôle ailleurs aussi, donc pas d’étiquette ici : {names}. "
            "L’exploitant de LivretPro donne leur code."
        )
    if invitation.active:
        several = invitation.active > 1
        told.append(
            f"{invitation.active} personne{'s ont' if several else ' a'} déjà un mot de passe : "
            "rien ne change pour elle" + ("s." if several else ".")
        )
    return told
