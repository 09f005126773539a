"""What happens to an account, told in the journal of each school where the person works."""

from datetime import date

from django.db import transaction

from livretpro.accounts.models import User
from livretpro.journal import actions as journal
from livretpro.schools.models import School

NOBODY = "personne non identifiée"


@transaction.atomic
def tell_sign_in(user: User, *, on: date, through: str = "") -> None:
    """Journal a sign-in in each school where the person works: two queries a school, and one.

    `through` names the provider that said who they are, if it was not a password.
    """
    _tell_everywhere(user, "connecte", "session", after=through, on=on)


@transaction.atomic
def tell_closed_door(
    user: User, address: str, *, tries: int, on: date, second_factor: bool = False
) -> None:
    """Journal that sign-in to an account is closed for a while, in each school of the person.

    Nobody knows who tried: the entry has no author but the network `address`. `second_factor`:
    the password was right, and the codes that follow it were not.
    """
    field = "second facteur" if second_factor else "session"
    what = "codes de second facteur" if second_factor else "mots de passe"
    told = f"{tries} {what} refusés depuis {address}"
    change = journal.Change("echoue", "compte", user.identifier, field, after=told)
    record_everywhere(user, change, journal.Author("", NOBODY), on=on)


@transaction.atomic
def tell_account(user: User, action: str, field: str, *, on: date) -> None:
    """Journal what people do to their own account, in each school where they work."""
    _tell_everywhere(user, action, field, on=on)


def _tell_everywhere(user: User, action: str, field: str, *, after: str = "", on: date) -> None:
    author = journal.Author(user.identifier, user.full_name)
    change = journal.Change(action, "compte", user.identifier, field, after=after)
    record_everywhere(user, change, author, on=on)


def record_everywhere(
    user: User, change: journal.Change, author: journal.Author, *, on: date
) -> None:
    """Journal a change in each school where the person works: a query, and two a school."""
    schools = School.objects.visible_to(user, on=on).order_by("uai").values_list("uai", flat=True)
    for uai in list(schools):
        journal.record([change], school_uai=uai, by=author)
