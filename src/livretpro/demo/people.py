"""The accounts of the demo school: one known password, set the way any person sets theirs."""

from dataclasses import dataclass
from datetime import date, datetime

from livretpro.accounts.actions import activate
from livretpro.accounts.models import User
from livretpro.demo.structure import (
    AUBRECOURT,
    FERRAND,
    KARADINE,
    MORVAUDIN,
    TILLERVENT,
    UAI,
    Person,
)
from livretpro.schools.actors import Actor, actor_of
from livretpro.schools.models import Membership, School
from livretpro.schools.people import create_account
from livretpro.schools.rules import Role

PASSWORD = "valmeray-demonstration"  # noqa: S105  (known on purpose: the people are invented)
BRASQUIER = Person("Brasquier", "Solène", "", "")
"""The administrator, whom STS does not know."""


@dataclass(frozen=True)
class Account:
    """Who signs in, with which role, and what there is to see then."""

    person: Person
    role: Role
    sees: str


ADMINISTRATOR = Account(BRASQUIER, Role.ADMINISTRATEUR, "structure, comptes, imports")
STAFF_ACCOUNTS = (
    Account(FERRAND, Role.CHEF, "tous les livrets, l’export"),
    Account(MORVAUDIN, Role.DDFPT, "tous les livrets, l’export"),
    Account(TILLERVENT, Role.ENSEIGNANT, "spécialité CIEL et MELEC"),
    Account(KARADINE, Role.ENSEIGNANT, "spécialité AGOrA"),
    Account(AUBRECOURT, Role.ENSEIGNANT, "français, et professeur principal de TCIEL1"),
)
ACCOUNTS = (*STAFF_ACCOUNTS, ADMINISTRATOR)


def open_account(account: Account, school: School, *, by: Actor, now: datetime) -> User:
    """Create an account and spend its one-time code, as its owner would."""
    made = create_account(
        school,
        account.role,
        last_name=account.person.last_name,
        first_name=account.person.first_name,
        by=by,
        now=now,
    )
    return activate(made.code, PASSWORD, now=now)


def actor(person: Person, *, on: date) -> Actor:
    """An invented person at work in the demo school; raises `LookupError` without a role then."""
    school = School.objects.get(uai=UAI)
    user = User.objects.get(
        memberships__school=school, last_name=person.last_name, first_name=person.first_name
    )
    found = actor_of(user, school.uai, on=on)
    if found is None:
        raise LookupError(person)
    return found


def sign_ins() -> list[str]:
    """How to sign in to the demo school, one French line per account: one query."""
    found = {
        (m.user.last_name, m.user.first_name): m.user.identifier
        for m in Membership.objects.filter(school__uai=UAI).select_related("user")
    }
    return [
        f"{found[key]:22} {PASSWORD}   {account.role.label} ({account.sees})"
        for account in ACCOUNTS
        if (key := (account.person.last_name, account.person.first_name)) in found
    ]
