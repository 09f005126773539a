"""Accounts of the people of a school: made, given a code, ended (spec 01, People; spec 08)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone

from livretpro.accounts.actions import (
    create_user,
    end_code,
    end_sessions,
    issue_code,
    notify,
    standing_code,
)
from livretpro.accounts.mail import reachable
from livretpro.accounts.models import User
from livretpro.accounts.rules import folded
from livretpro.accounts.second_factor import remove_second_factor
from livretpro.journal import actions as journal
from livretpro.schools import tasks
from livretpro.schools.account_trail import record_everywhere
from livretpro.schools.actors import Actor
from livretpro.schools.linking import link, rename_by_hand
from livretpro.schools.models import Membership, School, Staff
from livretpro.schools.permissions import can_manage_accounts
from livretpro.schools.queries import known_accounts, namesakes
from livretpro.schools.rules import Role

LAST_NAME_MAX = 65
FIRST_NAME_MAX = 50
EMAIL_MAX = 254
PERSON_FIELDS = {"last_name": "nom", "first_name": "prénom", "email": "adresse électronique"}
"""What may be corrected of a person, as the journal calls it."""
"""Who tried to sign in, as the journal names them."""


class NotAllowed(Exception):
    """Accounts belong to the administrator, and to the operator on the command line."""

    phrase = "Seul l’administrateur de l’établissement peut créer, rouvrir ou retirer un compte."


class BadPerson(Exception):
    """What was typed of a person cannot be kept; `field` is the argument it is about."""

    def __init__(self, field: str, phrase: str) -> None:
        super().__init__(phrase)
        self.field, self.phrase = field, phrase


class UnknownPerson(Exception):
    """Nobody of the school signs in under this identifier."""

    def __init__(self, identifier: str) -> None:
        self.phrase = f"« {identifier} » n’a pas de compte dans cet établissement."
        super().__init__(self.phrase)


class WorksElsewhere(Exception):
    """The account opens another school too: only the operator may give a code or correct it."""

    phrase = (
        "Cette personne a aussi un rôle hors de cet établissement : son code, son nom et son "
        "adresse se changent par l’exploitant de LivretPro, en ligne de commande."
    )


class AccountClosed(Exception):
    """The operator closed the account: no code opens it."""

    phrase = (
        "Ce compte est fermé : l’exploitant de LivretPro le rouvre (« livretpro compte reopen »), "
        "puis un code se donne."
    )


class Namesake(Exception):
    """Somebody holds this role under this name already: `user`."""

    def __init__(self, user: User) -> None:
        self.user = user
        self.phrase = (
            f"{user.full_name} a déjà un compte pour ce rôle, sous l’identifiant {user.identifier}."
        )
        super().__init__(self.phrase)


class KnownAccount(Exception):
    """People known here under this name: the role may be for one of them."""

    def __init__(self, users: Sequence[User]) -> None:
        self.users = tuple(users)
        names = ", ".join(f"{user.full_name} ({user.identifier})" for user in users)
        self.phrase = f"Ce nom a déjà un compte, ici ou autrefois : {names}."
        super().__init__(self.phrase)


class OwnFactor(Exception):
    """One does not remove one's own second factor from this page."""

    phrase = (
        "Votre propre second facteur se retire par l’exploitant de LivretPro, en ligne de "
        "commande : « livretpro compte reset --second-facteur --uai UAI IDENTIFIANT »."
    )


class LastAdministrator(Exception):
    """A school keeps somebody who can open accounts."""

    phrase = "C’est le dernier administrateur de l’établissement : nommez-en d’abord un autre."


@dataclass(frozen=True)
class Made:
    """A new account: its one-time code, and what there is to say of its link with STS.

    `mailed`: a code goes by mail, and ends this one.
    """

    user: User
    membership: Membership
    code: str
    note: str = ""
    mailed: bool = False


@transaction.atomic
def create_account(
    school: School,
    role: Role,
    *,
    last_name: str,
    first_name: str,
    email: str = "",
    staff: Staff | None = None,
    by_hand: bool = False,
    another_person: bool = True,
    by: Actor,
    now: datetime,
) -> Made:
    """Make an account with one role in the school, and its one-time code.

    A teacher is linked to a member of the staff as `linking.link` says, and the note tells it.
    A code goes to the address, if there is one and this instance sends mails.
    Raises `NotAllowed`, `BadPerson`, `StaffTaken` and, unless this is `another_person`, `Namesake`
    or `KnownAccount`.
    """
    allow(school, by)
    _check_person(last_name, first_name, email)
    School.objects.select_for_update().get(pk=school.pk)  # one identifier at a time
    if not another_person:
        _refuse_namesake(school, role, f"{last_name} {first_name}", on=day_of(now))
    user = create_user(
        last_name=last_name,
        first_name=first_name,
        email=email,
        needs_long_password=role is Role.ADMINISTRATEUR,
    )
    held = Membership.objects.create(user=user, school=school, role=role, start=day_of(now))
    tell("cree", user, "rôle", before="", after=role.label, by=by)
    note = ""
    if role is Role.ENSEIGNANT:
        note = link_teacher(school, user, staff=staff, by_hand=by_hand, by=by)
    mailed = reachable(user)
    return Made(user, held, _code(user, by_mail=mailed, now=now), note, mailed)


def _code(user: User, *, by_mail: bool, now: datetime) -> str:
    """A code that ends the former access at once; the job that mails one makes another."""
    code = issue_code(user, now=now)
    if by_mail:
        tasks.send_code.defer(user_id=user.pk, replaces=standing_code(user))
    return code


def link_teacher(
    school: School, user: User, *, staff: Staff | None = None, by_hand: bool = False, by: Actor
) -> str:
    """Link a teacher's account, told to the journal; the sentence for whoever did it.

    Raises `StaffTaken`.
    """
    linked = link(school, user, staff=staff, by_hand=by_hand)
    if linked.words:
        tell("relie", user, "personnel", before="", after=linked.words, by=by)
    return linked.phrase


@transaction.atomic
def reset_account(
    school: School, identifier: str, *, by_mail: bool = False, by: Actor, now: datetime
) -> str:
    """Give a person of the school a new one-time code; the former password ends.

    `by_mail`: another goes to the address of the person, and ends the one given here.

    Raises `NotAllowed`, `UnknownPerson`, `AccountClosed`, or `WorksElsewhere` when the code would
    open another school and `by` is not the command line.
    """
    allow(school, by)
    user = _member(school, identifier, by=by, day=day_of(now))
    if not user.is_active:
        raise AccountClosed
    code = _code(user, by_mail=by_mail, now=now)
    notify(user, told_to("Votre accès a été réinitialisé", by.author, now), now=now)
    after = "par courriel" if by_mail else ""
    tell("rouvre", user, "code d’activation", before="", after=after, by=by)
    return code


@transaction.atomic
def correct_person(
    school: School,
    identifier: str,
    *,
    last_name: str,
    first_name: str,
    email: str,
    by: Actor,
    now: datetime,
) -> bool:
    """Correct the name or the address of a person of the school; says whether anything changed.

    The identifier stays. A code that may have gone to a former address ends. Raises `NotAllowed`,
    `UnknownPerson`, `BadPerson`, or `WorksElsewhere` unless `by` is the command line.
    """
    allow(school, by)
    found = _member(school, identifier, by=by, day=day_of(now))
    _check_person(last_name, first_name, email)
    user = User.objects.select_for_update().get(pk=found.pk)
    typed = {"last_name": last_name, "first_name": first_name, "email": email}
    changed = {name: text for name, text in typed.items() if getattr(user, name) != text}
    if not changed:
        return False
    if user.email and "email" in changed:
        end_code(user)
    for name, text in changed.items():
        before = getattr(user, name)
        setattr(user, name, text)
        tell("modifie", user, PERSON_FIELDS[name], before=before, after=text, by=by)
    user.save(update_fields=[*changed])
    rename_by_hand(school, user)
    notify(user, told_to("Votre nom ou votre adresse a été corrigé", by.author, now), now=now)
    return True


@transaction.atomic
def reset_second_factor(school: School, identifier: str, *, by: Actor, now: datetime) -> bool:
    """Remove the lost second factor of a person of the school; says whether there was one.

    Sessions end; the person, told at the next sign-in, sets another one. An administrator's own is
    removed by the operator. Raises `NotAllowed`, `UnknownPerson`, `WorksElsewhere` or `OwnFactor`.
    """
    allow(school, by)
    user = _member(school, identifier, by=by, day=day_of(now))
    if by.user is not None and by.user.pk == user.pk:
        raise OwnFactor
    if not remove_second_factor(user):
        return False
    end_sessions(user)
    notify(user, told_to("Votre second facteur a été retiré", by.author, now), now=now)
    tell("retire", user, "second facteur", before="", after="", by=by)
    return True


class NotTheOperator(NotAllowed):
    """An account may open several schools: the operator alone closes it."""

    phrase = "Un compte se ferme par l’exploitant de LivretPro, en ligne de commande."


@transaction.atomic
def close_account(school: School, identifier: str, *, by: Actor, now: datetime) -> bool:
    """Close the account of a person of the school, whatever else it opens; says whether it stood.

    Sessions and code end at once, roles and what was written stay. Raises `NotTheOperator`,
    `UnknownPerson`.
    """
    return _turn(school, identifier, active=False, by=by, now=now)


@transaction.atomic
def reopen_account(school: School, identifier: str, *, by: Actor, now: datetime) -> bool:
    """Open a closed account again, under its former password; says whether it was closed.

    Raises as `close_account`.
    """
    return _turn(school, identifier, active=True, by=by, now=now)


def _turn(school: School, identifier: str, *, active: bool, by: Actor, now: datetime) -> bool:
    if not by.is_operator:
        raise NotTheOperator
    user = _member(school, identifier, by=by, day=day_of(now))
    if not User.objects.filter(pk=user.pk, is_active=not active).update(is_active=active):
        return False
    end_code(user)
    end_sessions(user)
    change = journal.Change("rouvre" if active else "clot", "compte", user.identifier, "accès")
    record_everywhere(user, change, by.author, on=day_of(now))
    return True


def told_to(what: str, by: journal.Author, now: datetime) -> str:
    """What somebody is told of what was done to their account: when, and by whom."""
    return f"{what} le {timezone.localtime(now):%d/%m/%Y à %H h %M} par {by.name}."


def _member(school: School, identifier: str, *, by: Actor, day: date) -> User:
    member = (
        Membership.objects.current(day)
        .filter(school=school, user__identifier__iexact=identifier.strip())
        .select_related("user")
        .first()
    )
    if member is None:
        raise UnknownPerson(identifier)
    if not by.is_operator and elsewhere_too([member.user], school, day):
        raise WorksElsewhere
    return member.user


def allow(school: School, by: Actor) -> None:
    """Raise `NotAllowed` unless this person manages the accounts of the school."""
    if by.school.pk != school.pk or not can_manage_accounts(by):
        raise NotAllowed


def _check_person(last_name: str, first_name: str, email: str) -> None:
    for field, word, text, limit in (
        ("last_name", "Le nom", last_name, LAST_NAME_MAX),
        ("first_name", "Le prénom", first_name, FIRST_NAME_MAX),
    ):
        if not folded(text):
            raise BadPerson(field, f"{word} manque : saisissez-le.")
        if len(text) > limit:
            raise BadPerson(
                field, f"{word} compte {len(text)} caractères : la limite est de {limit}."
            )
    if email:
        check_email(email)


def check_email(email: str) -> None:
    """Raise `BadPerson` for what is not an address."""
    try:
        validate_email(email)
    except ValidationError as error:
        phrase = f"« {email} » n’est pas une adresse électronique : écrivez par exemple a@b.fr."
        raise BadPerson("email", phrase) from error
    if len(email) > EMAIL_MAX:
        phrase = f"L’adresse compte {len(email)} caractères : la limite est de {EMAIL_MAX}."
        raise BadPerson("email", phrase)


def _refuse_namesake(school: School, role: Role, name: str, *, on: date) -> None:
    """Under the lock of the school: a form sent twice at once meets its own account."""
    found = namesakes(school, role, name, on=on)
    if found:
        raise Namesake(found[0])
    known = known_accounts(school, name)
    if known:
        raise KnownAccount(known)


def elsewhere_too(users: Iterable[User], school: School, on: date) -> frozenset[int]:
    """Those of these accounts that open more than this school, by key: one query."""
    known = {user.pk: user for user in users}
    others = Membership.objects.current(on).filter(user__in=known).exclude(school=school)
    beyond = {pk for pk, user in known.items() if user.beyond_schools}
    return frozenset({*others.values_list("user", flat=True), *beyond})


def day_of(now: datetime) -> date:
    """The day, where the school is."""
    return timezone.localtime(now).date()


def tell(action: str, user: User, field: str, *, before: str, after: str, by: Actor) -> None:
    """Journal what somebody did to an account."""
    change = journal.Change(action, "compte", user.identifier, field, before, after)
    journal.record([change], school_uai=by.school.uai, by=by.author)
