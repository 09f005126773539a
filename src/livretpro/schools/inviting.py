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

from livretpro.accounts.actions import create_user, issue_code, standing_code
from livretpro.accounts.mail import reachable
from livretpro.accounts.models import User
from livretpro.accounts.queries import can_sign_in
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
    FIRST_NAME_MAX,
    LAST_NAME_MAX,
    PERSON_FIELDS,
    BadPerson,
    allow,
    check_email,
    day_of,
    elsewhere_too,
    link_teacher,
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

    `back` had an account here with a way in, and find it again; `elsewhere` have a role in
    another school, where no slip of this one may lead: the operator gives them a code. The names of
    `too_long` do not fit an account.
    """

    slips: tuple[Slip, ...]
    written_to: tuple[User, ...]
    active: int
    back: tuple[User, ...] = ()
    elsewhere: tuple[User, ...] = ()
    too_long: tuple[Staff, ...] = ()


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
        "user__provider_link", "former_user__provider_link"
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
    """Give an account and a code to every teacher who cannot sign in yet.

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
    accounts = _accounts(waiting, school, by=by, now=now)
    found = [user for _, user in accounts]
    back = tuple(user for user in found if can_sign_in(user))
    beyond = elsewhere_too(found, school, day_of(now))
    for person, user in accounts:
        if person.pk in typed and user not in back and user.pk not in beyond:
            _keep_address(user, typed[person.pk], by=by)
    asked = [user for user in found if user not in back]
    elsewhere = tuple(user for user in asked if user.pk in beyond and not reachable(user))
    users = [user for user in asked if user not in elsewhere]
    by_mail = [user for user in users if reachable(user)]
    slips = tuple(Slip(u, issue_code(u, now=now)) for u in users if u not in by_mail)
    for user in by_mail:
        tasks.send_code.defer(user_id=user.pk, replaces=standing_code(user))
    journal.record(
        [journal.Change("invite", "compte", u.identifier, "code d’activation") for u in users],
        school_uai=school.uai,
        by=by.author,
    )
    known = {person.pk for person, _ in accounts}
    too_long = tuple(person for person in waiting if person.pk not in known)
    active = len(staff) - len(waiting)
    return Invitation(slips, tuple(by_mail), active, back, elsewhere, too_long)


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
    return user is not None and can_sign_in(user)


def _accounts(
    people: Sequence[Staff], school: School, *, by: Actor, now: datetime
) -> list[tuple[Staff, User]]:
    """The account of each of these people: the present one, else the last one, else a new one.

    None for whose names do not fit one. What is told of new ones comes after all are made.
    """
    found, made = [], []
    for person in people:
        user = _known_account(person, school, by=by, now=now)
        if user is None and _fits(person):
            user = _new_account(person, school, now=now)
            made.append((person, user))
        if user is not None:
            found.append((person, user))
    for person, user in made:
        tell("cree", user, "rôle", before="", after=Role.ENSEIGNANT.label, by=by)
        link_teacher(school, user, staff=person, by=by)
    return found


def _known_account(person: Staff, school: School, *, by: Actor, now: datetime) -> User | None:
    if person.user is not None:
        return person.user
    former = person.former_user
    if former is None or Staff.objects.filter(school=school, user=former).exists():
        return None
    hold(school, former, Role.ENSEIGNANT, staff=person, by=by, now=now)
    return former


def _fits(person: Staff) -> bool:
    return len(person.last_name) <= LAST_NAME_MAX and len(person.first_name) <= FIRST_NAME_MAX


def _new_account(person: Staff, school: School, *, now: datetime) -> User:
    user = create_user(last_name=person.last_name, first_name=person.first_name)
    Membership.objects.create(user=user, school=school, role=Role.ENSEIGNANT, start=day_of(now))
    return user


def invited_words(invitation: Invitation) -> Sequence[str]:
    """What there is to say of an invitation, one sentence a fact."""
    told = []
    if invitation.written_to:
        names = ", ".join(f"{user.full_name} ({user.email})" for user in invitation.written_to)
        told.append(f"Un courriel part avec le code : {names}.")
    if invitation.back:
        names = ", ".join(f"{user.full_name} ({user.identifier})" for user in invitation.back)
        told.append(f"Compte retrouvé, accès inchangé : {names}.")
    if invitation.elsewhere:
        names = ", ".join(f"{user.full_name} ({user.identifier})" for user in invitation.elsewhere)
        told.append(
            f"Un rôle ailleurs aussi, donc pas d’étiquette ici : {names}. "
            "L’exploitant de LivretPro donne leur code."
        )
    if invitation.too_long:
        names = ", ".join(str(person) for person in invitation.too_long)
        told.append(
            f"Nom trop long pour un compte : {names}. Créez le compte vous-même, sous un nom plus "
            "court, en choisissant cette personne de STS."
        )
    if invitation.active:
        several = invitation.active > 1
        told.append(
            f"{invitation.active} personne{'s peuvent' if several else ' peut'} déjà se connecter "
            ": rien ne change pour elle" + ("s." if several else ".")
        )
    return told
